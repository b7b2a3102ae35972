#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says to systemd what tactus does not say itself: READY=1 when /livez answers, WATCHDOG=1 as long
as it does. Its arguments are the daemon's command line."""
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request


def notify(text):
    to = os.environ["NOTIFY_SOCKET"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(text.encode(), "\0" + to[1:] if to[0] == "@" else to)


def lives():
    try:
        return urllib.request.urlopen("http://127.0.0.1:9464/livez", timeout=1).status == 200
    except OSError:
        return False


daemon = subprocess.Popen(sys.argv[1:])
signal.signal(signal.SIGTERM, lambda *_: daemon.terminate())
is_ready = False
while daemon.poll() is None:
    if lives():
        notify("WATCHDOG=1" if is_ready else "READY=1\nWATCHDOG=1")
        is_ready = True
    time.sleep(0.2)
sys.exit(daemon.returncode)

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The service as it is installed, on a machine that has no ALSA yet:
lab run --init systemd --units packaging systemd.py"""
import json
import os
import re
import shutil
import signal
import socket
import threading
import time

from checks import SLOWNESS, check, check_equal, kept, note, part, run_parts, shell, wait_for
from daemon import Daemon
from midi_bytes import note_off, note_on
from osc import BACK_PORT, DESK_PORT, Desk, Listener, decode, encode
from service import (DROP_INS, FILE, PACKAGING, UNITS, comes_true, drop_in, install, is_back,
                     is_synth_up, journal, state, systemctl, write)
from usb_midi import UsbMidi

UDP_PORT = 9100
CONFIGURATION = """
name = "tactus"
[log]
format = "journal"
[[input]]
name = "desk"
type = "osc"
listen = ["tcp://127.0.0.1:%d"%%s]
[[input]]
name = "keys"
type = "midi"
port = "Lab MIDI*"
[[output]]
name = "synth"
type = "midi"
port = "Lab MIDI*"
[[output]]
name = "back"
type = "osc"
to = "tcp://127.0.0.1:%d"
[[route]]
from = "desk"
address = "/s/*"
to = "synth"
[[output]]
name = "visuals"
type = "osc"
to = "udp://127.0.0.1:57120"
[[route]]
from = "desk"
address = "/d/*"
to = "visuals"
[[route]]
from = "keys"
to = "back"
[metrics]
listen = "127.0.0.1:9464"
""" % (DESK_PORT, BACK_PORT)

back = Listener()


@part
def installed_and_started():
    check("no ALSA was asked for yet", not os.path.exists("/proc/asound"))
    install()
    os.makedirs("/etc/tactus", exist_ok=True)
    shutil.copy(PACKAGING + "/tactus.toml", FILE)
    begin = time.monotonic()
    systemctl("enable --now tactus")
    note("started with the default configuration in %.1f s" % (time.monotonic() - begin))
    check_equal("the unit waits until it is ready", state()["ActiveState"], "active")
    check_equal("its status", state()["StatusText"], "Running.")
    rated = re.search(r"exposure level for tactus.service: ([\d.]+)",
                      shell("systemd-analyze security tactus.service --no-pager"))
    check("the live unit's exposure is 1.6 at most", rated and float(rated[1]) <= 1.6, rated)
    check_equal("real-time scheduling", Daemon.metrics().get("tactus_realtime_scheduling"), 1)
    check_equal("locked memory", Daemon.metrics().get("tactus_memory_locked"), 1)
    said = shell("setpriv --reuid=65534 --regid=65534 --clear-groups tactus status", False)
    check("others than root learn what they need", "Use sudo" in said, said)


@part
def the_first_device_after_boot():
    write(FILE, CONFIGURATION % "")
    systemctl("reload tactus")
    comes_true("systemd knows what is down", 1, lambda: re.search(
        'not ready. Down: keys: .*Lab MIDI.*not required: synth: ', state()["StatusText"]))
    one = kept(UsbMidi("Lab MIDI")).plug()
    comes_true("a device that is plugged in is attached", 4, is_synth_up)
    desk = kept(Desk())
    desk.note_on(60)
    check_equal("OSC in is MIDI out, through the service", one.received(at_least=3), note_on(60))
    one.send(note_on(1))
    check("MIDI in is OSC out", wait_for(lambda: "/midi/keys/note_on" in str(back.taken())))
    comes_true("its status", 1, lambda: state()["StatusText"] == "Running.")
    one.unplug()
    one.plug()
    check("a note is ended when its device is replugged",
          note_off(60) in one.receives(note_off(60)))
    check("the driver's losses are seen", "Input 0" in shell(
        "nsenter -t %s -m cat /proc/asound/card0/midi0" % state()["MainPID"], False))


def entries(*matches):
    said = shell("journalctl -b -o json --no-pager _SYSTEMD_UNIT=tactus.service "
                 + " ".join(matches))
    return [json.loads(line) for line in said.splitlines()]


@part
def what_the_journal_has():
    comes_true("the device is away", 4, lambda: not is_synth_up())
    desk = kept(Desk())
    desk.note_on(62)
    loss = ("TACTUS_EVENT_ID=output_loss", "TACTUS_OUTPUT=synth")
    comes_true("a lost event is found by its fields", 4, lambda: entries(*loss))
    found = entries(*loss)[0]
    check_equal("... which are all there",
                [found.get(key) for key in ("PRIORITY", "TACTUS_COUNT", "TACTUS_WHY")],
                ["4", "1", "output_down 1"])
    check("... with a sentence that has no field in it", found["MESSAGE"].startswith(
        "Events for an output were dropped"), found["MESSAGE"])
    gone = ("TACTUS_EVENT_ID=port_down", "TACTUS_OUTPUT=synth")
    comes_true("a device that is gone is found by its fields", 4, lambda: entries(*gone))
    check_equal("... with its port, and the type of its output",
                [entries(*gone)[0].get(key) for key in ("PRIORITY", "TACTUS_TYPE", "TACTUS_PORT")],
                ["4", "midi", "Lab MIDI*"])
    every = entries()
    check_equal("each line of the daemon has its kind", [
        each["MESSAGE"] for each in every if each["_COMM"] == "tactus"
        and "TACTUS_EVENT_ID" not in each and each["_PID"] == state()["MainPID"]], [])
    begun = entries("TACTUS_EVENT_ID=daemon_running")[0]
    check_equal("the first one, too", (begun["PRIORITY"], begun["TACTUS_NAME"],
                                       begun["TACTUS_INPUTS"]), ("6", "tactus", "1"))
    write(FILE, (CONFIGURATION % "").replace('format = "journal"', 'format = "json"'))
    systemctl("reload tactus")
    systemctl("reload tactus") # by now in JSON

    def in_json():
        lines = [each["MESSAGE"] for each in entries()[len(every):]]
        return [json.loads(line) for line in lines if line.startswith('{"time"')]

    comes_true("a line in JSON has its kind, too", 2, lambda: any(
        each["event_id"] == "config_reloaded" for each in in_json()))
    line = next(each for each in in_json() if each["event_id"] == "config_reloaded")
    check_equal("... with numbers that are numbers", (line["kept"], line["opened"]), (5, 0))
    write(FILE, CONFIGURATION % "")
    systemctl("reload tactus")


@part
def reload_good_and_bad():
    begin = time.time()
    process = state()["MainPID"]
    write(FILE, CONFIGURATION % "" + "[safety]\nmax_note = \"bogus\"\n")
    said = shell("systemctl reload tactus; echo status $?", False)
    check("a bad reload fails", "status 0" not in said, said)
    check("... the journal says why", "\"bogus\"" in journal(begin), journal(begin))
    check("... and so does the status", "reload was refused" in state()["StatusText"], state())
    check_equal("... and the daemon goes on", (state()["MainPID"], state()["ActiveState"]),
                (process, "active"))
    write(FILE, CONFIGURATION % "" + "[safety]\nmax_note = \"5m\"\n")
    systemctl("reload tactus")
    check_equal("a good one is taken by the same process", state()["MainPID"], process)
    check("... and the refusal is forgotten", "refused" not in state()["StatusText"])


@part
def a_start_that_fails():
    write(FILE, CONFIGURATION % "" + "nonsense = 1\n")
    begin = time.time()
    said = shell("systemctl restart tactus; echo status $?", False)
    check("it fails", "status 0" not in said, said)
    errors = [json.loads(line) for line in shell(
        "journalctl -b -o json --no-pager -u tactus -p err _COMM=tactus --since=@%f" % begin)
              .splitlines()]
    # A stop, and a panic, say what an earlier part left sounding at a device that is gone.
    errors = [each for each in errors if each.get("TACTUS_EVENT_ID") != "notes_may_sound"]
    check_equal("its errors are in the journal, by kind",
                [each.get("TACTUS_EVENT_ID") for each in errors], ["config_fault", "start_failed"])
    check("... and what is wrong", "nonsense" in errors[0]["MESSAGE"]
          and errors[0].get("TACTUS_FILE") == FILE, errors[0])
    check("the status says it too", re.search(
        'Not started: /etc/tactus/tactus.toml:[0-9]+: .*nonsense', state()["StatusText"]), state())
    write(FILE, CONFIGURATION % "")
    systemctl("start tactus")
    check("... until it is mended", "Not started" not in state()["StatusText"], state())


@part
def killed():
    one = kept(UsbMidi("Lab MIDI")).plug()
    comes_true("attached", 4, is_synth_up)
    desk = kept(Desk())
    desk.note_on(61)
    check("it plays", note_on(61) in one.receives(note_on(61)))
    begin, process = time.time(), state()["MainPID"]
    os.kill(int(process), signal.SIGKILL)
    check("after SIGKILL the note is ended", note_off(61) in one.receives(note_off(61)))
    comes_true("... and it is back and attached", 5, lambda: is_back(process) and is_synth_up())
    check("... the journal says so", "Ended 1 notes and pedals." in journal(begin),
          journal(begin))


@part
def a_socket_that_systemd_holds():
    for name, to in (("tactus-osc.socket", UNITS), ("osc-socket.conf", DROP_INS)):
        shutil.copy("%s/systemd/examples/%s" % (PACKAGING, name), to)
    write(FILE, CONFIGURATION % ', "systemd://osc"')
    systemctl("daemon-reload")
    systemctl("stop tactus")
    systemctl("start tactus-osc.socket tactus")
    is_over, sent = threading.Event(), []

    def play():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as desk:
            while not is_over.is_set():
                desk.sendto(encode("/d/n", len(sent)), ("127.0.0.1", UDP_PORT))
                sent.append(len(sent))
                time.sleep(0.02 * SLOWNESS) # no socket has room for all of a slow restart

    visuals = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    visuals.bind(("127.0.0.1", 57120))
    visuals.settimeout(1)
    player = threading.Thread(target=play)
    player.start()
    wait_for(lambda: len(sent) > 5)
    systemctl("restart tactus")
    count = len(sent)
    wait_for(lambda: len(sent) > count + 5)
    is_over.set()
    player.join()
    got = []

    def has_all():
        try:
            got.append(decode(visuals.recv(1024))[1][0])
        except socket.timeout:
            pass
        return len(got) >= len(sent)

    wait_for(has_all, every=0)
    visuals.close()
    check_equal("no datagram is lost over a restart", sorted(got), sent)


@part
def a_plugin_that_hangs_the_loop():
    os.makedirs("/run/bad", exist_ok=True)
    os.symlink("/lab/tactus/lib/tactus/bad_plugins/life.tactus.so",
               "/run/bad/holds_the_loop_out.tactus.so")
    write(FILE, CONFIGURATION % "" + '[[output]]\nname = "bad"\ntype = "holds_the_loop"\n'
          '[[route]]\nfrom = "desk"\naddress = "/bad/*"\nto = "bad"\n')
    drop_in("watchdog", "[Service]\nEnvironment=TACTUS_PLUGIN_PATH=/run/bad\nWatchdogSec=6s\n")
    systemctl("restart tactus")
    begin, process = time.time(), state()["MainPID"]
    kept(Desk()).send("/bad/x", 1)
    took = wait_for(lambda: is_back(process), 60 + 5 * SLOWNESS)
    check("a daemon that hangs is started again", took is not None, state())
    words = journal(begin)
    check("... the journal names the culprit", 'of the plugin of "bad"' in words, words)
    check("... and the watchdog", "watchdog" in shell("journalctl -b -u tactus --no-pager"))
    os.remove(DROP_INS + "/watchdog.conf")


@part
def several_daemons():
    write("/etc/tactus/hall.toml", "name = \"hall\"\n" + re.sub(
        r"94|9100|57120", lambda found: str(int(found[0]) + 1),
        open(PACKAGING + "/tactus.toml").read()).replace('name = "tactus"', "# ")
        .replace('[[output]]', '[[input]]\nname = "page"\ntype = "websocket"\nlisten = "tcp://'
                 '127.0.0.1:8080"\ntoken_file = "/run/credentials/tactus@hall.service/page-token"'
                 '\n[[output]]', 1).replace('from = "desk"', 'from = ["desk", "page"]'))
    write("/etc/tactus/page-token", "0123456789abcdef0123456789abcdef\n")
    os.chmod("/etc/tactus/page-token", 0o600)
    write("/etc/systemd/system/tactus@.service.d/lab.conf",
          open(PACKAGING + "/systemd/examples/secrets.conf").read() + "TimeoutStartSec=10min\n")
    systemctl("daemon-reload")
    said = shell("systemctl start tactus@tactus 2>&1", False)
    check("one that would share a folder with tactus.service is refused", "ssert" in said, said)
    systemctl("start tactus@hall")
    check("each has its folder", "hall" in shell("tactus status --name hall")
          and "synth" in shell("tactus status --name tactus"))
    systemctl("stop tactus")
    check_equal("a stop is no failure", state()["Result"], "success")
    said = shell("tactus status", False)
    check("the end of one leaves the other's", "hall" in said, said)
    check("a credential is read", "page" in said and "token" not in said, said)


@part
def the_unit_of_a_user():
    """Without logind, whose part is to start the user's manager and to make its folder."""
    shell("systemctl stop tactus@hall", False)
    shutil.copy(PACKAGING + "/tactus.toml", FILE)
    systemctl("start tactus")
    shell("useradd --create-home --home-dir /tmp/anna anna"
          " && install -d -o anna -g anna -m 700 /run/anna")
    write("/tmp/anna/.config/tactus/tactus.toml", re.sub(
        r"94|9100|57120", lambda found: str(int(found[0]) + 2),
        open(PACKAGING + "/tactus.toml").read()))
    shell("chown -R anna: /tmp/anna/.config && mkdir -p /usr/lib/systemd/user"
          " && cp %s/systemd/user/tactus.service /usr/lib/systemd/user" % PACKAGING)
    user = ("runuser -u anna -- env HOME=/tmp/anna XDG_RUNTIME_DIR=/run/anna "
            "DBUS_SESSION_BUS_ADDRESS= %s 2>&1")
    shell("systemd-run --quiet --unit=anna --uid=anna -p Delegate=yes -E HOME=/tmp/anna"
          " -E XDG_RUNTIME_DIR=/run/anna /lib/systemd/systemd --user")

    def said(words):
        return shell(user % words, False)

    comes_true("the user's manager is there", 10,
               lambda: os.path.exists("/run/anna/systemd/private"))
    begun = said("systemctl --user enable --now tactus")
    check_equal("a user's daemon runs", said("systemctl --user is-active tactus").strip(),
                "active")
    note(begun)
    check("... as the user, who is not asked which one, beside the system's of the same name",
          said("tactus status").startswith("tactus  ready"), said("tactus status"))
    both = shell("XDG_RUNTIME_DIR=/run/anna tactus status 2>&1", False)
    check("... but root is, by what tells them apart",
          "--socket /run/tactus/tactus/status.sock" in both
          and "--socket /run/anna/tactus/tactus/status.sock" in both, both)
    check("... and its status is shown", "Running." in said("systemctl --user status tactus"))
    process = said("systemctl --user show tactus -P MainPID")
    check_equal("it reloads", said("systemctl --user reload tactus"), "")
    check_equal("... as the same process", said("systemctl --user show tactus -P MainPID"),
                process)
    said("systemctl --user stop tactus")
    check_equal("a stop is no failure", said("systemctl --user show tactus -P Result").strip(),
                "success")
    shell("systemctl stop anna")
    systemctl("stop tactus")


@part
def a_configuration_with_errors():
    write(FILE, "[[input]]\n")
    begin = time.time()
    shell("rm %s/osc-socket.conf; systemctl daemon-reload; systemctl stop tactus-osc.socket"
          "; systemctl start tactus" % DROP_INS, False)
    now = state()
    check_equal("it stays down", (now["ActiveState"], now["Result"], now["ExecMainStatus"]),
                ("failed", "exit-code", "78"))
    check("... and is not tried again", now["NRestarts"] == "0", now)
    check("... the journal says why", "needs \"name\"" in journal(begin), journal(begin))


run_parts()

# SPDX-License-Identifier: MIT
# What the daemon takes when nothing happens: wake-ups, memory, the time until it is ready; and how
# much memory an event takes that waits.
import socket
import struct
import time

from programs import Daemon
from table import at_most, median

PENDING = 200_000
IN_A_BUNDLE = 500
AHEAD_S = 300
FROM_1900_TO_1970_S = 2_208_988_800


def bundle(count, due_s):
    message = b"/synth/on\0\0\0,iii\0\0\0\0" + struct.pack(">iii", 1, 60, 100)
    tag = int((due_s + FROM_1900_TO_1970_S) * 2**32)
    return b"#bundle\0" + struct.pack(">Q", tag) + count * (struct.pack(">i", 32) + message)


def idle(effort):
    """Wake-ups in 10 s, and the memory then."""
    with Daemon() as daemon:
        time.sleep(3)  # what starting left to do
        before = daemon.waits()
        seconds = 3 if effort.is_quick else 10
        time.sleep(seconds)
        return {"seconds": seconds, "waits": daemon.waits() - before,
                "resident_bytes": daemon.resident_bytes()}


def bytes_per_pending():
    # A tenth of the capacity is kept for note-offs.
    limits = f'pending = {PENDING * 5 // 4}\nmemory = "256MiB"'
    with Daemon(limits=limits) as daemon, socket.socket(type=socket.SOCK_DGRAM) as out:
        time.sleep(0.5)
        daemon.metrics()
        before = daemon.resident_bytes()
        packet = bundle(IN_A_BUNDLE, time.time() + AHEAD_S)
        for _ in range(PENDING // IN_A_BUNDLE):
            out.sendto(packet, ("127.0.0.1", daemon.to))
            time.sleep(0.002)  # its socket's buffer is not what is measured
        time.sleep(0.5)
        waiting = daemon.metrics()['tactus_deliveries_pending{output="out"}']
        if waiting != PENDING:
            raise RuntimeError(f"{waiting:.0f} events wait instead of {PENDING}")
        return (daemon.resident_bytes() - before) / PENDING


def start_to_ready(effort):
    times = []
    for _ in range(effort.rounds(7)):
        with Daemon() as daemon:
            times.append(daemon.ready_ms)
    return times


def measure(effort):
    asleep, each, times = idle(effort), bytes_per_pending(), start_to_ready(effort)
    rows = [
        at_most(f"wake-ups of the idle daemon in {asleep['seconds']} s", asleep["waits"], 0),
        at_most("resident memory, idle", asleep["resident_bytes"] / 2**20, 20, " MiB"),
        at_most(f"memory per pending event, {PENDING} of 32 bytes", each, 160, " B"),
        at_most("start to ready, median", median(times), 100, " ms"),
    ]
    return rows, {"idle": asleep, "bytes_per_pending": each, "start_to_ready_ms": times}

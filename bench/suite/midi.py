# SPDX-License-Identifier: MIT
# In which frame of JACK's a scheduled note stands: the daemon beside RtMidi, in one run, at three
# lengths of a period. jackd has its dummy driver, and waits for its clients.
import contextlib
import os
import subprocess

from programs import Daemon, ask, started, wait_for_line
from table import Row, at_most, median

RATE = 48000
PERIODS = (64, 128, 1024)
SERVER = "tactus-bench"
FRAME_US = 1e6 / RATE
SPARE_US = 20  # beyond the frame that it must stand in

JACK = """
[[output]]
name = "synth"
type = "midi"
api = "jack"
virtual = "notes"
[[route]]
from = "in"
to = "synth"
"""


@contextlib.contextmanager
def jack_server(period):
    os.environ["JACK_DEFAULT_SERVER"] = SERVER
    os.environ["JACK_NO_AUDIO_RESERVATION"] = "1"
    command = ["jackd", "-n", SERVER, "-r", "-S", "-d", "dummy", "-r", str(RATE), "-p", str(period)]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0) as process:
        wait_for_line(process.stdout, "driver is running|self-connect")
        yield


def one_run(period, events):
    with jack_server(period), Daemon(more=JACK) as daemon:
        found = ask("jack_frames", to=daemon.to, events=events)
    if found["tactus_came"] < events:
        raise RuntimeError(f"{events - found['tactus_came']:.0f} of {events} notes did not come")
    return found


def measure(effort):
    rows, raw = [], {}
    for period in PERIODS:
        found = [one_run(period, 1000) for _ in range(effort.rounds(5))]
        raw[period] = found
        ours = median([each["tactus_jitter_p99_us"] for each in found])
        theirs = median([each["rtmidi_jitter_p99_us"] for each in found])
        rows.append(at_most(f"JACK, {period} frames: known ahead, off the median frame, p99", ours,
                            FRAME_US + SPARE_US, " us", ours / theirs))
        rows.append(Row(f"JACK, {period} frames: the same by RtMidi", f"{theirs:.0f} us"))
        late = median([each["tactus_late_p50_us"] for each in found])
        rows.append(Row(f"JACK, {period} frames: known ahead, late, p50", f"{late:.1f} us"))
    return rows, raw

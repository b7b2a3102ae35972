# SPDX-License-Identifier: MIT
# In which frame of JACK's a scheduled note stands: the daemon beside RtMidi, in one run, at three
# lengths of a period. jackd has its dummy driver, and waits for its clients.
# How late an event arrives by ALSA's sequencer: the daemon beside a thread that writes directly, in
# one run; where there is no ALSA, in the lab's machine. Emulated, only the ratio says something.
import contextlib
import json
import os
import subprocess

from programs import BUILD, ROOT, Daemon, ask, started, wait_for_line
from table import Row, at_most, median, ratio_at_most

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


ALSA = """
[[output]]
name = "synth"
type = "midi"
api = "alsa"
port = "bench:in*"
[[route]]
from = "in"
to = "synth"
"""
ALSA_LIMITS = {50: 1.5, 99: 1.5}  # ours to direct writes
LAB_LIMIT_S = 300


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


def has_sequencer():
    try:
        os.close(os.open("/dev/snd/seq", os.O_RDWR))
    except OSError:
        return False
    return True


def alsa_here(effort):
    with Daemon(time_keys='realtime = "off"', more=ALSA) as daemon:
        return [ask("alsa_lateness", to=daemon.to, events=2000) for _ in range(effort.rounds(5))]


def alsa_in_lab(effort):
    """What the case answers, or a sentence that says why it cannot run."""
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    command = [ROOT / "tests/lab/lab", "run", "--timeout", str(LAB_LIMIT_S), "--tactus", BUILD,
               ROOT / "bench/alsa_lateness.py", "--rounds", str(effort.rounds(3))]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment)
    if ran.returncode == 77:
        return None, ran.stdout.strip().removeprefix("skipped: ")
    if ran.returncode != 0:
        raise RuntimeError(f"the lab: {ran.stdout.strip()} {ran.stderr.strip()}")
    return json.loads(ran.stdout.splitlines()[-1]), ""


def alsa_rows(found, where=""):
    for each in found:
        if each["tactus_early"] or each["direct_early"]:
            raise RuntimeError("an event arrived before it was due")
    for percent, limit in ALSA_LIMITS.items():
        ours, direct = ([each[f"{who}_late_p{percent}_us"] for each in found]
                        for who in ("tactus", "direct"))
        yield ratio_at_most(f"ALSA{where}: known ahead, late at the receiver, p{percent}",
                            median([one / other for one, other in zip(ours, direct)]), limit,
                            f"{median(ours):.0f} us, direct {median(direct):.0f}", "direct writes")
    lost = sum(each["events"] - each["tactus_came"] - each["direct_came"] for each in found)
    yield at_most(f"ALSA{where}: lost", lost, 0)


def measure_alsa(effort):
    if has_sequencer():
        found = alsa_here(effort)
        return list(alsa_rows(found)), found
    found, why = alsa_in_lab(effort)
    if found is None:
        return [Row("ALSA: late at the receiver", f"not measured: {why}")], None
    where = ", emulated" if found["accel"] == "tcg" else ", in the lab by KVM"
    return list(alsa_rows(found["rounds"], where)), found


def measure_jack(effort):
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


def measure(effort):
    rows, jack = measure_jack(effort)
    more_rows, alsa = measure_alsa(effort)
    return rows + more_rows, {"jack": jack, "alsa": alsa}

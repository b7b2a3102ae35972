# SPDX-License-Identifier: MIT
# What the daemon costs on top of the system's UDP: CPU of the forwarding thread per event, in turns
# with forward/raw.c on the same processor. And chords, first note to last.
import subprocess

from programs import BIN, Daemon, ask, free_port, started, wait_for_line
from table import Row, at_least, at_most, median, ratio_at_most

FORWARDER_CPU = 1
DRIVER_CPU = 0


def drive(to, listen, pid, bursts, burst, mixed):
    return ask("forward", DRIVER_CPU, to=to, listen=listen, pid=pid, tid=pid, bursts=bursts,
               burst=burst, mixed=mixed)


def through_raw(**load):
    to, listen = free_port(), free_port()
    with started([BIN / "forward_raw_bench", to, listen], FORWARDER_CPU, stdout=subprocess.PIPE,
                 bufsize=0) as raw:
        wait_for_line(raw.stdout, "ready")
        return drive(to, listen, raw.pid, **load)


def through_daemon(output, **load):
    with Daemon('realtime = "off"', output, cpu=FORWARDER_CPU) as daemon:
        return drive(daemon.to, daemon.listen, daemon.pid, **load)


# name, the output's settings, the load
KINDS = [
    ("single events", "", {"burst": 1024, "mixed": 1}),
    ("bursts, segmented (GSO)", "", {"burst": 1024, "mixed": 0}),
    ("bursts, bundled", "bundle = true", {"burst": 1024, "mixed": 0}),
    ("one at a time", "", {"burst": 1, "mixed": 0}),
]


def rounds_of(effort, output, load):
    bursts = (200_000 if effort.is_quick else 400_000) // max(load["burst"], 20)
    found = []
    for _ in range(effort.rounds(5)):
        found.append({"daemon": through_daemon(output, bursts=bursts, **load),
                      "raw": through_raw(bursts=bursts, **load)})
    return found


def cost(found, who):
    return median([each[who]["cpu_ns_per_event"] for each in found])


def forward_rows(effort, raw):
    for name, output, load in KINDS:
        found = raw[name] = rounds_of(effort, output, load)
        ratio = median([each["daemon"]["cpu_ns_per_event"] / each["raw"]["cpu_ns_per_event"]
                        for each in found])
        ours, theirs = cost(found, "daemon"), cost(found, "raw")
        text = f"{ours:.0f} ns, raw {theirs:.0f}"
        if name == "single events":
            yield ratio_at_most(f"UDP to UDP, {name}, CPU per event", ratio, 1.10, text, "raw")
        elif load["burst"] > 1:
            yield at_least(f"UDP to UDP, {name}, a core's worth (raw {1e3 / theirs:.2f} M/s)",
                           1e3 / ours, 1.0, " M/s", ratio)
        else:
            yield Row(f"UDP to UDP, {name}, CPU per event", text, ratio=ratio)
        yield at_most(f"UDP to UDP, {name}, lost",
                      sum(each["daemon"]["lost"] for each in found), 0)


def chord_rows(effort, raw):
    chords = 30 if effort.is_quick else 100
    for name, output in (("bundled", "bundle = true"), ("segmented (GSO)", "")):
        with Daemon(output=output) as daemon:
            found = raw[f"chord {name}"] = ask("chord", to=daemon.to, listen=daemon.listen,
                                               chords=chords, notes=16)
        text = f"a chord of 16, {name}, first to last packet"
        spread = found["spread_p50_us"]
        if name == "bundled":
            yield at_most(text, spread, 5, " us")
            yield at_most("chords that lacked a note", found["incomplete"], 0)
        else:
            yield Row(text, f"{spread:.1f} us")


def measure(effort):
    raw = {}
    rows = list(forward_rows(effort, raw)) + list(chord_rows(effort, raw))
    return rows, raw

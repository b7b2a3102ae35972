#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/alsa_lateness.cpp in the lab's machine, beside a daemon of the same build, for where there
is no ALSA. No test: bench/suite/midi.py runs it, and reads its one line of JSON."""
import json
import os
import subprocess

from checks import options, shell
from daemon import Daemon, midi, route, table

PORT = 9101

asked = options(rounds=3, events=1000, gap_us=4000)
shell("modprobe snd-seq && udevadm settle")
daemon = Daemon('[time]\nrealtime = "off"\n' # as the threads that write directly
                + table("input", name="in", type="osc", listen="udp://127.0.0.1:%d" % PORT)
                + midi("output", "synth", "bench:in*") + route("in", "synth"))
command = ["/lab/tactus/bin/alsa_lateness_bench", "--to", str(PORT), "--ahead-us", "100000",
           "--events", str(asked.events), "--gap-us", str(asked.gap_us)]
rounds = [json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
          for _ in range(asked.rounds)]
daemon.end()
print(json.dumps({"accel": os.environ.get("LAB_ACCEL", "tcg"), "rounds": rounds}))

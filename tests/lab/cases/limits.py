#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The sequencer's limits and the machine's: pools that overrun, rights, an idle daemon."""
import glob
import os
import re
import time

from checks import check, check_equal, kept, note, part, run_parts, shell, wait_for
from daemon import TACTUS, Daemon, configuration, midi, route, table
from midi_bytes import note_on, sounding
from osc import BACK_PORT, Listener
from sequencer import Client

back = Listener()
shell("modprobe snd-seq && udevadm settle")
# ISO time, level, text: what the log's lines look like.
LOG_LINE = r"\s*[\d.]+ \d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warning|error)\s"


def voluntary_switches(pid):
    total = 0
    for path in glob.glob("/proc/%d/task/*/status" % pid):
        with open(path) as status:
            total += int(re.search(r"\nvoluntary_ctxt_switches:\s+(\d+)", status.read()).group(1))
    return total


class Rest:
    """Nothing has happened since the last time that somebody asked."""

    def __init__(self, pid):
        self.pid, self.before = pid, None

    def is_there(self):
        was, self.before = self.before, voluntary_switches(self.pid)
        return self.before == was


@part
def an_idle_daemon():
    kept(Client("Soft Synth"))
    daemon = Daemon(configuration("Soft Synth*", "Soft Synth*")).attached()
    check("it comes to rest", wait_for(Rest(daemon.process.pid).is_there, every=1) is not None)
    before = voluntary_switches(daemon.process.pid)
    time.sleep(10)
    check_equal("voluntary switches in 10 s", voluntary_switches(daemon.process.pid) - before, 0)


@part
def what_comes_while_the_daemon_is_held():
    one, mirror = kept(Client("Soft Synth")), kept(Client("Mirror"))
    daemon = Daemon(configuration("Soft Synth*", "Mirror*", route("keys", "synth"))).attached()
    back.clear()
    for count in (190, 210, 400):
        daemon.hold()
        for i in range(count):
            one.send(bytes([0xB0, i & 0x3F, i >> 6]))
        time.sleep(0.3)
        daemon.release()
        check_equal("%d messages" % count, len(back.taken(at_least=count)), count)
    mirror.received(at_least=3 * 800)
    check_overrun(daemon, one, mirror)
    others = [line for line in daemon.lines if not re.match(LOG_LINE, line)]
    check_equal("lines of the log that are not ours", others, [])


def check_overrun(daemon, one, mirror):
    """More than any pool holds: counted, and what sounds is ended."""
    flood = 6000
    one.send(note_on(100))
    check_equal("a note sounds", mirror.received(at_least=3), note_on(100))
    before = daemon.rejected("overrun")
    received = daemon.metric('tactus_input_messages_received_total{input="keys"}')
    daemon.hold()
    for i in range(flood):
        one.send(bytes([0xB0, i & 0x3F, i >> 6 & 0x7F]))
    daemon.release()
    came = len(back.until_quiet())
    lost = daemon.rejected("overrun") - before
    now = daemon.metric('tactus_input_messages_received_total{input="keys"}')
    note("of %d messages %d came, overrun %d, received %d" % (flood, came, lost, now - received))
    check("all came, or an overrun is counted", came >= flood or lost >= 1)
    seen = note_on(100)

    def is_ended():
        nonlocal seen
        seen += mirror.received()
        return not sounding(seen)

    check("notes of the source are ended", not lost or wait_for(is_ended) is not None)
    one.send(note_on(101))
    check("the next note arrives", note_on(101) in mirror.received(at_least=3))


@part
def a_pool_of_another_size():
    """The largest `pool` of the inputs that share it; beyond it, an overrun is counted."""
    player = kept(Client("Soft Synth"))
    daemon = Daemon(configuration("Soft Synth*", "none such",
                                  midi("input", "also", "Soft Synth*", pool=300)
                                  + route("also", "back"), keys_options={"pool": 200})
                    ).attached("keys", "back")
    check("the second input is attached", daemon.comes_up("also", "input"))
    with open("/proc/asound/seq/clients") as clients:
        ours = re.search(r'"tactus".*?Input pool *:\s+Pool size *: (\d+)', clients.read(), re.DOTALL)
    check_equal("cells", ours and ours[1], "300")
    for count, fits in ((140, True), (400, False)): # both inputs get each message
        before = daemon.rejected("overrun") + daemon.rejected("overrun", "also")
        back.clear()
        daemon.hold()
        for i in range(count):
            player.send(bytes([0xB0, i & 0x3F, i >> 6]))
        time.sleep(0.3)
        daemon.release()
        came = len(back.until_quiet())
        lost = daemon.rejected("overrun") + daemon.rejected("overrun", "also") - before
        note("of %d messages %d came, overrun %d" % (2 * count, came, lost))
        check("all come" if fits else "the overrun is counted",
              (came == 2 * count and lost == 0) if fits else lost > 0)


@part
def steady_keeps_the_distances():
    """What comes while the daemon is held is due as it came; without `steady` all of it at once."""
    count = 10
    player = kept(Client("Soft Synth"))
    for is_steady in (True, False):
        daemon = Daemon(midi("input", "keys", "Soft Synth*", steady=is_steady)
                        + table("output", name="back", type="osc", timetags="bundle", ahead="0ms",
                                to="tcp://127.0.0.1:%d" % BACK_PORT)
                        + route("keys", "back")).attached("keys", "back")
        back.clear()
        back.due.clear()
        daemon.hold()
        came = []
        for i in range(count):
            came.append(time.monotonic())
            player.send(bytes([0xB0, 1, i]))
            time.sleep(0.05)
        daemon.release()
        check_equal("messages", len(back.taken(at_least=count)), count)
        at = [due - back.due[0] - (now - came[0]) for due, now in zip(back.due, came)]
        note("due, against when they came, ms: " + " ".join("%.1f" % (1000 * each) for each in at))
        shift = max(at) - min(at)
        check("the distances are kept" if is_steady else "without it they are not",
              (shift < 0.02) == is_steady, "%.1f ms" % (1000 * shift))
        daemon.end()


@part
def a_user_who_may_not_use_the_sequencer():
    shell("chgrp audio /dev/snd/*; chmod 660 /dev/snd/seq; useradd -M plain;"
          "useradd -M -G audio player")
    kept(Client("Soft Synth"))
    config = "/tmp/rights.toml"
    with open(config, "w") as file:
        file.write(table("input", name="desk", type="osc", listen="udp://127.0.0.1:9101")
                   + midi("output", "synth", "Soft Synth*", api="auto") + route("desk", "synth"))
    os.chmod(config, 0o644)
    said = {user: shell("setpriv --reuid %s --regid %s --init-groups timeout 4 %s run %s 2>&1"
                        % (user, user, TACTUS, config), is_needed=False)
            for user in ("plain", "player")}
    hints = [line for line in said["plain"].splitlines() if "usermod" in line]
    check_equal("lines that name the remedy", len(hints), 1)
    check("without rights nothing is attached", "Attached" not in said["plain"])
    check("with them it is", "Attached" in said["player"], said["player"][-300:])
    if len(hints) != 1:
        note(said["plain"][-600:])


@part
def a_machine_without_a_sequencer():
    kept(NodeThere())
    shell("mkdir -p /tmp/away && mv /dev/snd/seq /tmp/away/")
    daemon = Daemon(configuration("Soft Synth*", "Soft Synth*"))
    check("the daemon runs, and is down", not daemon.is_up())
    NodeThere().end()
    kept(Client("Soft Synth"))
    check("it is attached when there is one", daemon.comes_up())


class NodeThere:
    """The node of the sequencer, whatever happened."""

    def end(self):
        shell("[ -e /dev/snd/seq ] || mv /tmp/away/seq /dev/snd/")


run_parts()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A device that is replugged at random moments under 200 notes a second, some while the daemon is
held; its neighbour stays. 200 times, or 20 where the machine is emulated (2 s each): --count 200,
and --seed N for another run."""
import random
import threading
import time

from checks import SLOWNESS, check, check_equal, kept, note, options, part, run_parts, wait_for
from daemon import Daemon, configuration, midi, route
from midi_bytes import messages, sounding
from osc import Listener
from sequencer import Client
from usb_midi import UsbMidi

ATTACHED_WITHIN_S = 1.5 * SLOWNESS
LONGEST_AWAY_S = 0.4
NOTES_PER_S = 200
SILENCE_MAX_S = 5
COUNT = 200 if SLOWNESS == 1 else 20
# The kernel's own memory of a device does not count; the daemon has reached its level after four.
WARM_UP, GROWTH_KIB = 4, 2048

back = Listener()


class Player(threading.Thread):
    """Short notes to both outputs, each on and off, until it is stopped."""

    def __init__(self, desk):
        super().__init__(daemon=True)
        self.desk, self.notes, self.is_playing = desk, 0, True
        self.turn = threading.Lock()  # whoever has it hears no new note begin

    def run(self):
        while self.is_playing:
            pitch = self.notes % 100
            with self.turn:
                self.desk.note_on(pitch)
                self.desk.note_off(pitch)
                self.notes += 1
            time.sleep(1 / NOTES_PER_S)

    def end(self):
        self.is_playing = False
        self.join()


def replug(one, daemon, announcer, chance):
    """Seconds from when the kernel announced it, and the daemon could run, to its first note."""
    is_held = chance.random() < 0.25
    if is_held:
        daemon.hold()
    getattr(one, chance.choice(["unplug", "unplug", "cut"]))()
    time.sleep(chance.choice([0, 0, chance.uniform(0, LONGEST_AWAY_S)]))
    announcer.starts.clear()
    one.plug()
    if is_held:
        time.sleep(chance.uniform(0, 0.5))
        daemon.release()
    released = time.monotonic()
    if wait_for(lambda: announcer.starts) is None:
        return None
    begin = max(released if is_held else 0, announcer.starts[-1][0])
    wait_for(lambda: one.first_out, every=0.01)
    return max(one.first_out - begin, 0) if one.first_out else None


@part
def replugs_at_random_moments():
    asked = options(count=COUNT, seed=1)
    chance = random.Random(asked.seed)
    neighbour = kept(UsbMidi("Neighbour", serial="N")).plug()
    one = kept(UsbMidi("Lab MIDI", serial="A")).plug()
    more = midi("output", "next", "Neighbour*") + route("desk", "next", address="/s/*")
    daemon = Daemon(configuration(synth="Lab MIDI*", more=more)).attached("synth", "next")
    announcer = kept(Client("announcer")).hear_announcements()
    player = kept(Player(daemon.desk))
    player.start()
    took, level = [], None
    for i in range(asked.count):
        time.sleep(chance.uniform(0, 1.0))
        took.append(replug(one, daemon, announcer, chance))
        if not check("replug %d: attached within %.1f s of its announcement"
                     % (i + 1, ATTACHED_WITHIN_S), took[-1] is not None
                     and took[-1] <= ATTACHED_WITHIN_S, str(took[-1])[:5] + " s"):
            return
        with player.turn:
            wait_for(lambda: daemon.pending() == 0 and not sounding(one.history))
            if not check_equal("replug %d: notes that still sound" % (i + 1),
                               sounding(one.history), set()):
                return
        if i + 1 == WARM_UP:
            level = daemon.descriptors(), daemon.memory_kib()
    player.end()
    check_after(daemon, one, neighbour, player.notes)
    if level is not None:
        wait_for(lambda: daemon.descriptors() <= level[0])
        check("descriptors", daemon.descriptors() <= level[0],
              "%d, then %d" % (level[0], daemon.descriptors()))
        check("memory", daemon.memory_kib() <= level[1] + GROWTH_KIB,
              "%d KiB, then %d" % (level[1], daemon.memory_kib()))
    there = sorted(each for each in took if each is not None)
    note("slowest %.2f s, median %.2f s" % (there[-1], there[len(there) // 2]) if there else "")


def check_after(daemon, one, neighbour, notes):
    wait_for(lambda: daemon.pending() == 0 and daemon.pending("next") == 0)
    wait_for(lambda: len(neighbour.history) >= 6 * notes)
    wait_for(lambda: not sounding(one.history))
    check_equal("notes that the neighbour got", len(messages(neighbour.history)), 2 * notes)
    # The system waits for 10 s where a driver holds bytes for what has gone.
    check("the neighbour is not held up by that", neighbour.longest_silence < SILENCE_MAX_S,
          "%.1f s" % neighbour.longest_silence)
    check_equal("notes that still sound", sounding(one.history), set())
    check_equal("what is not accounted for", daemon.metric("tactus_deliveries_unaccounted"), 0)


run_parts(count=COUNT, seed=1)

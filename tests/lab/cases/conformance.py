#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One suite for the backends of the midi plugin: api = "alsa", "jack" and "rtmidi".

Each part runs for each of them, as alsa_a_burst_out or rtmidi_in_of_each_kind. What a backend
cannot is in EXCEPTIONS, and in plugins/midi/README.md in the same words; such a part must fail.
"""
import json
import time
import tomllib

from checks import (IS_IN_LAB, PATIENCE_S, SLOWNESS, check, check_equal, check_within, kept, note,
                    part, run_parts, shell, wait_for)
from daemon import TACTUS
from midi_bench import LOOK_S, Bench
from midi_bytes import PLAYED, messages, note_off, note_on, sysex
from osc import Listener
from probes import check_played_again

EXCEPTIONS = {
    "jack": {
        "out_to_a_program_that_does_not_read":
            "a JACK client reads the events of each period, or the server waits for it",
    },
    "rtmidi": {
        "out_to_a_program_that_does_not_read":
            "RtMidi does not report events that found no room: they are lost, and count as sent",
        "out_to_a_program_restarted_at_once":
            "RtMidi lists ports every 2 s, and sees no change where one of the same number is back",
        "a_burst_in":
            "an RtMidi client has room for 200 events",
        "in_of_a_sysex_in_one_event":
            "an RtMidi client has room for 5,600 bytes at a time",
        "in_from_a_program_restarted_at_once":
            "RtMidi lists ports every 2 s, and sees no change where one of the same number is back",
    },
}
# Emulated, JACK takes four minutes: its clients are run 47 times a second, and need seconds to come
# and go.
APIS = ("alsa", "rtmidi") if IS_IN_LAB else ("jack",)
PARTS = []
BURST = 1000
SYSEX_MAX = 50000  # fits the largest pool that a client of the sequencer can have
back = Listener()


def conforms(function):
    PARTS.append(function)
    return function


def before_the_programs(function):
    """It gets a bench without them."""
    function.is_before_the_programs = True
    return function


def add_part(api, function):
    exemption = EXCEPTIONS.get(api, {}).get(function.__name__)

    def run():
        bench = kept(Bench.of(api))
        bench.is_to_fail = exemption is not None
        if not hasattr(function, "is_before_the_programs"):
            bench.ready()
        elif bench.synth:
            bench.close()
        back.clear()
        function(bench)

    run.__name__ = "%s_%s" % (api, function.__name__)
    part(run, exemption)


def check_gets(what, receiver, right, timeout=PATIENCE_S):
    """These bytes, and no others."""
    came = b""

    def is_there():
        nonlocal came
        came += receiver.received()
        return len(receiver.said_once(came, right)) >= len(right)

    wait_for(is_there, timeout)
    return check_equal(what, receiver.said_once(came, right), right)


def heard(at_least=1, timeout=PATIENCE_S):
    """[(input, name, arguments)]"""
    return [(*address.split("/")[2:], args) for address, args in back.taken(at_least, timeout)]


def check_piano_is_heard(what, bench, timeout=LOOK_S):
    """Not an end of its notes, which the daemon might say by itself."""
    def is_heard():
        bench.piano.send(b"\xb0\x01\x01")
        return ("keys", "control_change", [1, 1, 1]) in heard(timeout=0.3)

    check(what, wait_for(is_heard, timeout * SLOWNESS) is not None)


# -- out ------------------------------------------------------------------------------------------


@conforms
@before_the_programs
def out_to_the_port_that_is_meant(bench):
    """By a part that two have, by a name that is part of another one, by a table."""
    names = ("Big Organ", "Organ", "Twin A", "Twin B")
    bench.close()
    big, organ, a, b = (kept(bench.peers.receiver(name)) for name in names)
    bench.start()
    desk = bench.daemon.attached("exact", "table").desk
    for output in "pte":
        desk.note_on(60, to="/" + output)
        desk.note_off(60, to="/" + output)
    check_gets("an exact name is meant where a longer one is there", organ,
               note_on(60) + note_off(60))
    check_gets("a table means one of two", b, note_on(60) + note_off(60))
    check("two fit alike: the log names them", bench.daemon.says(
        r"several ports match: .*Twin (A:in.*Twin B|B:in.*Twin A):in"))
    check("... and the output is down", not bench.daemon.is_up("pair"))
    check_equal("nobody else is played", (big.received(), a.received()), (b"", b""))
    check_listed(bench.peers.system, "Twin B:in", {"client": "Twin B", "port": "in"})


def check_listed(system, name, right):
    listed = json.loads(shell(TACTUS + " ports --json"))["ports"]
    tables = [tomllib.loads("port = " + each["lasting"])["port"] for each in listed
              if each["system"] == system and each["name"].startswith(name)]
    check_equal("`tactus ports` lists it with that table", tables, [right])


@conforms
@before_the_programs
def a_port_that_comes_late(bench):
    bench.start()
    check_within("/readyz waits for both", 2,
                 lambda: bench.daemon.missing() == ["keys", "synth"])
    check("the output is down", not bench.daemon.is_up())
    check("the input is down", not bench.daemon.is_up("keys", "input"))
    bench.ready()
    check_within("/readyz waits for nothing when they are there", 1,
                 lambda: bench.daemon.missing() == [])
    bench.daemon.desk.note_on(60)
    bench.daemon.desk.note_off(60)
    check_gets("it is played", bench.synth, note_on(60) + note_off(60))
    check_piano_is_heard("it is heard", bench)


@conforms
def out_of_each_kind(bench):
    right = b""
    for name, args, raw in PLAYED:
        bench.daemon.desk.send("/s/" + name, *args)
        right += bytes.fromhex(raw)
    check_gets("all kinds in order, byte for byte", bench.synth, right)


@conforms
def a_burst_out(bench):
    before = bench.daemon.sent()
    bench.daemon.desk.controls(BURST)
    right = b"".join(bytes([0xB0, i & 0x3F, i >> 6 & 0x7F]) for i in range(BURST))
    check_gets("%d messages in order" % BURST, bench.synth, right)
    check_within("all count as sent", 1, lambda: bench.daemon.sent() - before == BURST)


@conforms
def out_of_sysex(bench):
    for size in (10, 4096, SYSEX_MAX):
        bench.daemon.desk.send("/s/sysex", sysex(size))
        bench.daemon.desk.note_off(60)
        check_gets("%d bytes, and a note after them" % size, bench.synth,
                   sysex(size) + note_off(60))


@conforms
def out_of_a_clock_inside_of_a_sysex(bench):
    """At the pace of a MIDI cable, where a SysEx takes its time."""
    right, came = sysex(2048), b""

    def has_come(what):
        nonlocal came
        came += bench.synth.received()
        return what in came

    bench.daemon.desk.send("/w/sysex", right)
    wait_for(lambda: has_come(b"\xf0"))
    bench.daemon.desk.send("/w/clock")
    wait_for(lambda: has_come(b"\xf7") and has_come(b"\xf8"))
    check_equal("the SysEx is whole",
                bench.synth.said_once(came.replace(b"\xf8", b""), right), right)
    check("the clock comes before its end", b"\xf8" in came[: came.find(b"\xf7")])


@conforms
def out_to_a_virtual_port(bench):
    check("it is seen by its name", wait_for(lambda: bench.peers.has_port("Our Hand")) is not None)
    program = kept(bench.peers.receiver("Program", hears="Our Hand"))
    program.is_connected()
    bench.daemon.desk.note_on(61, to="/v")
    bench.daemon.desk.send("/v/sysex", sysex(4096))
    bench.daemon.desk.note_off(61, to="/v")
    check_gets("who connects is played", program, note_on(61) + sysex(4096) + note_off(61))


@conforms
def out_to_a_port_that_goes_and_comes(bench):
    bench.daemon.desk.note_on(60)
    check_gets("a note sounds", bench.synth, note_on(60))
    bench.synth.end()
    check_within("it goes: the output is down", LOOK_S, lambda: not bench.daemon.is_up())
    check_within("... and /readyz waits for it", 1, lambda: bench.daemon.missing() == ["synth"])
    bench.synth = bench.peers.receiver("Synth")
    check_within("it is back: the output is up", LOOK_S, bench.daemon.is_up)
    check_played_again("it is back", bench.daemon, bench.synth, sounded=60)


@conforms
def our_own_ports(bench):
    check("an output does not attach to our own input", not bench.daemon.is_up("loop"))
    bench.daemon.desk.note_on(62, to="/l")
    bench.daemon.desk.note_on(62, to="/v")
    bench.daemon.desk.note_off(62, to="/v")
    wait_for(lambda: not bench.daemon.pending("virtual"))
    bench.piano.send_all([note_on(61), note_off(61)])
    check_equal("an input does not listen to our own output",
                [each[0] for each in heard(2) + heard(timeout=0.5)], ["keys", "keys"])


# -- in -------------------------------------------------------------------------------------------


@conforms
def in_of_each_kind(bench):
    sent = [(name, list(args), raw) for name, args, raw in PLAYED
            if len(messages(bytes.fromhex(raw))) == 1]
    for _, _, raw in sent:
        bench.piano.send(bytes.fromhex(raw))
    check_equal("all kinds in order, byte for byte", heard(at_least=len(sent)),
                [("keys", name, args) for name, args, _ in sent])


@conforms
def in_of_sysex(bench):
    for size in (10, 4096):
        bench.piano.send(sysex(size))
        check_equal("%d bytes" % size, heard(), [("keys", "sysex", [sysex(size)])])


@conforms
def in_of_a_clock_inside_of_a_sysex(bench):
    bench.piano.send_piece(b"\xf0\x01\x02")
    bench.piano.send(b"\xf8")
    check_equal("the clock comes at once", heard(), [("keys", "clock", [])])
    bench.piano.send_piece(b"\x03\xf7")
    check_equal("the SysEx is whole", heard(), [("keys", "sysex", [b"\xf0\x01\x02\x03\xf7"])])


@conforms
def in_from_a_virtual_port(bench):
    check("it is seen by its name",
          wait_for(lambda: bench.peers.has_port("from-others")) is not None)
    program = kept(bench.peers.sender("Program", plays_to="from-others"))
    program.is_connected()
    program.send_all([note_on(61), sysex(4096), note_off(61)])
    check_equal("who connects is heard", heard(at_least=3),
                [("open", "note_on", [1, 61, 100]), ("open", "sysex", [sysex(4096)]),
                 ("open", "note_off", [1, 61, 64])])


@conforms
def in_from_two_ports(bench):
    """Of a pattern; each has a SysEx of its own under way."""
    attached = 'tactus_plugin_midi_attached_total{plugin="hands"}'
    before = bench.daemon.metric(attached)
    left, right = (kept(bench.peers.sender(name)) for name in ("Left Hand", "Right Hand"))
    check_within("both are listened to", LOOK_S,
                 lambda: bench.daemon.metric(attached) == before + 2)
    check("... and connected", left.is_connected() and right.is_connected())
    left.send_piece(b"\xf0\x01\x02")
    right.send_piece(b"\xf0\x03")
    right.send(note_on(61))
    check_equal("what cuts one SysEx off", heard(), [("hands", "note_on", [1, 61, 100])])
    left.send_piece(b"\x03\xf7")
    check_equal("... leaves the other's whole", heard(),
                [("hands", "sysex", [b"\xf0\x01\x02\x03\xf7"])])
    right.send(note_off(61))
    check_equal("both are heard", heard(), [("hands", "note_off", [1, 61, 64])])


@conforms
def in_from_a_port_that_goes_and_comes(bench):
    bench.piano.end()
    check_within("it goes: the input is down", LOOK_S,
                 lambda: not bench.daemon.is_up("keys", "input"))
    bench.piano = bench.peers.sender("Piano")
    check_within("it is back: the input is up", LOOK_S, lambda: bench.daemon.is_up("keys", "input"))
    check_piano_is_heard("... and it is heard", bench)


# -- what not every backend can -------------------------------------------------------------------


@conforms
def out_to_a_program_that_does_not_read(bench):
    """It may lose what its pool has no room for, but not in silence."""
    organ = kept(bench.peers.receiver("Organ", pool=200))
    daemon = bench.daemon.attached("exact")
    organ.pause()
    before = daemon.sent("exact"), daemon.dropped("exact")
    daemon.desk.controls(2 * organ.pool, to="/e")
    time.sleep(0.1 * SLOWNESS)
    organ.go_on()
    came = 0  # without ends that are said again to a port that is back

    def is_accounted_for():
        nonlocal came
        came += sum(each[0] == 0xB0 for each in messages(organ.received()))
        sent, dropped = daemon.sent("exact") - before[0], daemon.dropped("exact") - before[1]
        return sent + dropped == 2 * organ.pool and came == sent

    took = wait_for(is_accounted_for, bench.patience_s * SLOWNESS)
    check("what counts as sent has come", took is not None, "%d came; sent %d, before %d"
          % (came, daemon.sent("exact"), before[0]))


@conforms
def a_burst_in(bench):
    """Faster than the daemon reads it; at JACK nobody is faster."""
    right = [[1, i & 0x3F, i >> 6] for i in range(BURST)]
    if bench.peers.can_hold_the_daemon:
        bench.daemon.hold()
    bench.piano.send_all([bytes([0xB0, *each[1:]]) for each in right])
    bench.daemon.release()
    came = [args for _, _, args in heard(BURST, bench.patience_s * SLOWNESS)]
    check_equal("%d messages in order" % BURST, came, right)


@conforms
def in_of_a_sysex_in_one_event(bench):
    bench.piano.send(sysex(16000))
    check_equal("16000 bytes", heard(timeout=bench.patience_s * SLOWNESS),
                [("keys", "sysex", [sysex(16000)])])


@conforms
def out_to_a_program_restarted_at_once(bench):
    bench.daemon.desk.note_on(60)
    check_gets("a note sounds", bench.synth, note_on(60))
    bench.restart("synth", lambda: bench.peers.receiver("Synth"))
    check_played_again("it is back", bench.daemon, bench.synth, 60, bench.patience_s)


@conforms
def in_from_a_program_restarted_at_once(bench):
    bench.restart("piano", lambda: bench.peers.sender("Piano"))
    check_piano_is_heard("it is heard again", bench, bench.patience_s)


@conforms
def a_stop_ends_what_sounds(bench):
    bench.daemon.desk.note_on(62)
    check_gets("a note sounds", bench.synth, note_on(62))
    status, took = bench.daemon.stop()
    note("%.2f s" % took)
    check_gets("the stop ends it", bench.synth, note_off(62))
    check_equal("its status", status, 0)
    bench.close()


for each_api in APIS:
    for each_part in PARTS:
        add_part(each_api, each_part)
try:
    run_parts()
finally:
    Bench.end_last()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which device is meant: twins, serial numbers, places at the bus, odd names, cables."""
import re
import time

from checks import check, check_equal, kept, part, run_parts, shell, wait_for
from daemon import TACTUS, Daemon, configuration, midi, route
from midi_bytes import note_off, note_on
from osc import Listener
from sequencer import ports
from usb_bus import bus_name
from usb_midi import UsbMidi

back = Listener()
shell("modprobe snd-seq && udevadm settle")
IDS = "1209:0001"


def twins():
    return kept(UsbMidi("Twin", serial="A")), kept(UsbMidi("Twin", serial="B"))


def plug(*devices):
    """One after the other: who comes first has the first number."""
    for each in devices:
        before = len(ports())
        each.plug()
        if wait_for(lambda: len(ports()) > before) is None:
            raise RuntimeError("%s got no port" % each.texts)


def unplug(*devices):
    for each in devices:
        before = len(ports())
        each.unplug()
        if wait_for(lambda: len(ports()) < before) is None:
            raise RuntimeError("%s keeps its port" % each.texts)


def check_players(what, daemon, devices, pitch, right):
    """`right`: serial numbers of the devices that get a note."""
    for each in devices:
        each.received()
    daemon.desk.note_on(pitch)
    daemon.desk.note_off(pitch)
    got = [each for each in devices if each.texts[2] in right
           and note_on(pitch) in each.receives(note_off(pitch))]
    time.sleep(0.1 if right else 1)
    got += [each for each in devices if note_on(pitch) in each.received()]
    check_equal(what, [each.texts[2] for each in got], right)


@part
def twins_at_the_start_are_ambiguous():
    a, b = twins()
    plug(a, b)
    daemon = Daemon(configuration(synth="Twin*"))
    check("the log names both", daemon.says(r"(?s)Twin.*Twin.*Twin"), daemon.log()[-300:])
    check("the output is down", not daemon.is_up())
    check_players("nobody gets its notes", daemon, [a, b], 60, [])


@part
def a_twin_that_comes_later_and_is_then_alone():
    a, b = twins()
    plug(a)
    daemon = Daemon(configuration(synth="Twin*")).attached("synth")
    check_players("the one that is there is played", daemon, [a, b], 60, ["A"])
    plug(b)
    check_players("its twin comes", daemon, [a, b], 61, ["A"])
    daemon.desk.note_on(70)
    a.received(at_least=3)
    unplug(a)
    time.sleep(1)
    check_equal("it goes; what its twin gets of its notes", b.received(), b"")
    check_players("... and of later ones", daemon, [a, b], 62, [])
    plug(a)
    check("it is attached again", daemon.comes_up())
    check_players("it comes back", daemon, [a, b], 63, ["A"])


def check_keeps_its_own(what, port_of):
    """`port_of(serial)`: what the file says to mean that device."""
    a, b = twins()
    plug(a, b)
    more = midi("output", "other", port_of("B")) + route("desk", "other", address="/o/*")
    config = configuration(port_of("A"), port_of("A"), more)
    for order in ((a, b), (b, a)):
        what_now = "%s, plugged in as %s" % (what, "".join(each.texts[2] for each in order))
        if order[0] is b:
            unplug(a, b)
            plug(b)
            daemon = Daemon(config).attached("other")
            check_players(what_now + ": its twin alone", daemon, [a, b], 59, [])
            plug(a)
            daemon.attached("synth")
        else:
            daemon = Daemon(config).attached("synth", "other")
        check_players(what_now, daemon, [a, b], 60, ["A"])
        daemon.desk.note_on(60, to="/o")
        check_equal(what_now + ": the other", b.received(at_least=3), note_on(60))
        daemon.desk.note_off(60, to="/o")
        back.clear()
        daemon.comes_up("keys", "input")
        b.send(note_on(2))
        a.send(note_on(1))
        check_equal(what_now + ": the input", [args[1] for _, args in back.taken()], [1])
        if order[0] is a:
            check_moves_nothing(what_now, daemon, a, b)
        daemon.end()
    b.end()
    a.end()


def check_moves_nothing(what, daemon, a, b):
    b.received()
    unplug(a)
    check_players(what + ": pulled out, nobody is played", daemon, [a, b], 64, [])
    plug(a)
    check(what + ": attached again", daemon.comes_up())
    check_players(what + ": it is itself again", daemon, [a, b], 65, ["A"])


@part
def twins_by_their_serial_numbers():
    check_keeps_its_own("usb_serial", lambda serial: {"usb_serial": serial})


@part
def twins_by_their_places_at_the_bus():
    places = {}

    def place(serial):
        places.setdefault(serial, bus_name(serial))
        return {"usb": IDS, "path": places[serial]}

    check_keeps_its_own("usb and path", place)


@part
def cables_of_one_device():
    four = kept(UsbMidi("Quad", serial="Q", cables=4)).plug()
    wait_for(lambda: sum(name == "Quad" for _, name, _, _ in ports()) == 4)
    for what, port in (("by its name", "Quad MIDI 3"), ("as a table", {"usb_serial": "Q",
                                                                     "cable": 3}),
                       ("by card and name", {"card": "Quad", "name": "Quad MIDI 3"})):
        try:
            daemon = Daemon(configuration("Quad*", port)).attached("synth")
        except RuntimeError as why:
            check("cable 3 %s" % what, False, str(why))
            continue
        daemon.desk.note_on(60)
        four.received(cable=2, at_least=3)
        daemon.desk.note_on(61)
        got = [four.received(cable, 3 if cable == 2 else 0) for cable in range(4)]
        check_equal("cable 3 %s" % what, got, [b"", b"", note_on(61), b""])
        daemon.end()
        four.received(cable=2)
    daemon = Daemon(configuration("Quad*", "none such")).attached("keys")
    attached = 'tactus_plugin_midi_attached_total{plugin="keys"}'
    wait_for(lambda: daemon.metric(attached) == 4)
    back.clear()
    for cable in range(4):
        four.send(note_on(cable), cable)
    heard = sorted(args[1] for _, args in back.taken(at_least=4))
    check_equal("an input hears all cables", heard, [0, 1, 2, 3])


@part
def odd_names():
    for product in ("Foo: Star * 12:0", "", "Überpiano é", "X" * 120, 'Quote " \t back\\slash'):
        one = UsbMidi(product, serial="1")
        plug(one)
        names = [name for name in re.findall(r'port = "(.*)"', shell(TACTUS + " ports"))
                 if not name.startswith("Midi Through")]
        if check("%r is listed" % product[:20], names != [], names):
            config = configuration(synth="none such").replace('"none such"', '"%s"' % names[0])
            daemon = Daemon(config).attached("synth")
            daemon.desk.note_on(60)
            check_equal("... and played by its whole name", one.received(at_least=3), note_on(60))
            daemon.end()
        unplug(one)


run_parts()

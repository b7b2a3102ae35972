#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Outputs with access = "exclusive": raw MIDI, past the sequencer."""
import re
import time

from checks import (SLOWNESS, check, check_equal, check_within, kept, part, run_parts, shell, wait_for)
from daemon import Daemon, configuration, midi, route
from midi_bytes import messages, note_off, note_on, sysex
from osc import Listener
from probes import (check_long_message_behind_full_buffer, check_played_again,
                    check_stops_while_behind, check_stuck_within_sysex)
from sequencer import Client, ports
from usb_midi import UsbMidi, raw_usb_midi

back = Listener()


def device():
    return kept(UsbMidi("Lab MIDI", serial="A")).plug()


def exclusive(port="Lab MIDI*", keys="Lab MIDI*", more="", **options):
    return Daemon(configuration(keys, port, more, synth_options={"access": "exclusive", **options}))


def attached(**options):
    daemon = exclusive(**options).attached()
    check("it is attached past the sequencer", daemon.says("Attached to the ALSA raw MIDI port"))
    back.clear()
    return daemon


def connect(client):
    """A program sends to the device through the sequencer; the error, or None."""
    wait_for(lambda: any("Lab MIDI" in each[1] for each in ports()))
    try:
        client.connect_to(next(each[0] for each in ports() if "Lab MIDI" in each[1]))
    except OSError as error:
        return error
    return None


@part
def each_kind_of_message_and_long_sysex():
    one = device()
    daemon = attached()
    sent = [note_on(60), note_off(60), b"\xb0\x07\x64", b"\xc0\x05", b"\xd0\x30", b"\xe0\x00\x40",
            b"\xf8", b"\xf2\x01\x02", sysex(7)]
    for each in sent:
        daemon.desk.send("/s/raw", each)
    right = b"".join(sent)
    check_equal("each kind", one.received(at_least=len(right)), right)
    for size in (255, 256, 257, 5000, 60000):
        daemon.desk.send("/s/sysex", sysex(size))
        daemon.desk.note_on(60)
        came = one.received(at_least=size + 3)
        check_equal("SysEx of %d bytes and a note" % size, came, sysex(size) + note_on(60))
        daemon.desk.note_off(60)
        one.receives(note_off(60))
    one.send(note_on(61))
    check_equal("its input is heard meanwhile", [args for _, args in back.taken()], [[1, 61, 100]])
    daemon.desk.controls(2000)
    right = b"".join(bytes([0xB0, i & 0x3F, i >> 6]) for i in range(2000))
    check_equal("a burst, byte for byte", one.received(at_least=6000), right)


@part
def a_long_message_behind_a_full_buffer_of_a_slow_device():
    one = device()
    check_long_message_behind_full_buffer(attached(), one)


@part
def a_stop_while_it_is_behind():
    check_stops_while_behind(lambda: exclusive(keys="none such").attached("synth"), device())


@part
def it_takes_nothing_within_a_long_sysex():
    one = device()
    check_stuck_within_sysex(exclusive(keys="none such").attached("synth"), one)


@part
def the_third_cable_of_a_device():
    one = kept(UsbMidi("Lab MIDI", serial="A", cables=3)).plug()
    daemon = exclusive("Lab MIDI*MIDI 3", keys="none such").attached("synth")
    daemon.desk.note_on(60)
    check_equal("the note comes by it", one.received(cable=2, at_least=3), note_on(60))
    check_equal("... and by no other", one.received(0) + one.received(1), b"")


@part
def somebody_else_has_the_device():
    one = device()
    other = kept(Client("other program"))
    check("a program is connected", connect(other) is None)
    daemon = exclusive(keys="none such")
    check("the log says that it is busy", daemon.says("hw:.* is busy: another program or output"))
    check("... once", daemon.log().count("is busy") == 1)
    check("it is offline", not daemon.is_up())
    other.end()
    check_within("it is attached when the other lets go", 3, daemon.is_up)
    daemon.desk.note_on(60)
    check_equal("a note arrives", one.received(at_least=3), note_on(60))
    error = connect(kept(Client("third program")))
    check("nobody else sends to it", error is not None, str(error))


@part
def two_outputs_of_one_daemon():
    one = device()
    for access, said in (("exclusive", "hw:.* is busy"), ("shared", "another program has it alone")):
        more = (midi("output", "second", "Lab MIDI*", access=access)
                + route("desk", "second", address="/t/*"))
        daemon = exclusive(keys="none such", more=more)
        check(access + ": one of them is refused", daemon.says("hw:.* is busy|" + said))
        check_within(access + ": the other is up", 3,
                     lambda: daemon.is_up("synth") != daemon.is_up("second"))
        daemon.desk.note_on(60)
        daemon.desk.note_on(60, to="/t")
        check_equal(access + ": one of them plays", one.received(at_least=3), note_on(60))
        daemon.end()
        one.received()


@part
def ports_that_are_no_hardware():
    kept(Client("Soft Synth"))
    shell("modprobe snd-virmidi midi_devs=1")
    others = "".join(midi("output", name, port, access="exclusive") + route("desk", name)
                     for name, port in (("through", "Midi Through*"),
                                        ("virmidi", "Virtual Raw MIDI*")))
    daemon = exclusive("Soft Synth*", keys="none such", more=others)
    for name, port in (("synth", "Soft Synth"), ("through", "Midi Through"),
                       ("virmidi", "Virtual Raw MIDI")):
        check(port + ": the log says why not", daemon.says('"%s[^"]*" is not hardware' % port))
        check(port + ": it is offline", not daemon.is_up(name))
    shell("modprobe -r snd-virmidi")


@part
def replugged_under_traffic():
    one = device()
    daemon = attached()
    for how in (one.unplug, one.cut):
        what = how.__name__
        daemon.desk.note_on(40)
        one.receives(note_on(40))
        for i in range(200):
            daemon.desk.send("/s/control_change", 1, 7, i & 0x7F)
            if i == 100:
                how()
        if what == "cut":
            check_within(what + ": the loss is noticed", 1, lambda: not daemon.is_up())
        one.plug()
        check_played_again(what, daemon, one, sounded=40)
    daemon.desk.note_on(41)
    one.receives(note_on(41))
    daemon.hold()
    one.unplug()
    one.plug()
    time.sleep(1)
    daemon.release()
    check_played_again("replugged while the daemon is held", daemon, one, sounded=41)
    check("no error is told for what went with it", "An event was not sent" not in daemon.log())


@part
def a_device_as_slow_as_its_cable():
    one = device()
    daemon = attached()
    one.out_delay = 0.02 # for 48 bytes of MIDI
    daemon.desk.note_on(60)
    daemon.desk.controls(1500)
    right = note_on(60) + b"".join(bytes([0xB0, i & 0x3F, i >> 6]) for i in range(1500))
    check_equal("byte for byte", one.received(at_least=len(right)), right)
    wait_for(lambda: daemon.pending() == 0)
    check_equal("all counts as sent", (daemon.sent(), daemon.dropped()), (1501, 0))


@part
def a_stop_waits_for_a_slow_device():
    """For as long as 200 ms."""
    one = device()
    daemon = attached()
    notes = range(128)
    for each in notes:
        daemon.desk.note_on(each)
    one.received(at_least=3 * len(notes))
    one.out_delay = 0.012
    daemon.stop()
    one.out_delay = 0
    came = one.received(at_least=3 * len(notes))
    check_equal("all notes are ended", came, b"".join(note_off(each) for each in notes))


@part
def a_device_that_takes_nothing_and_goes():
    one = device()
    daemon = attached()
    one.is_stuck = True
    daemon.desk.controls(3000)
    check_within("it is offline", 3, lambda: not daemon.is_up())
    check("the log says why", daemon.says("it no longer accepts events"))
    one.unstick()
    check_within("it is up again when it takes something", 5, daemon.is_up)
    one.is_stuck = True
    daemon.desk.controls(3000)
    time.sleep(0.5)
    one.unplug()
    one.is_stuck = False
    check_within("unplugged, the loss is noticed", 0.5, lambda: not daemon.is_up())
    one.plug()
    check_within("it is attached again", 0.5, daemon.is_up)
    one.received()
    daemon.desk.note_on(62)
    check("... and works", note_on(62) in one.receives(note_on(62)))


@part
def a_stop_while_it_takes_nothing():
    one = device()
    daemon = attached()
    one.is_stuck = True
    daemon.desk.note_on(60)
    daemon.desk.controls(3000)
    time.sleep(1)
    status, took = daemon.stop(timeout=20)
    check("the daemon stops", status == 0 and took < 0.3 * SLOWNESS,
          "status %s, %.1f s" % (status, took))
    check("... and the output by itself", "hangs and is cut off" not in daemon.log())
    one.unstick()


def transmitted():
    return sum(int(each) for each in re.findall(r"Tx bytes *: (\d+)",
                                                shell("cat /proc/asound/card*/midi*")))


def play_at_once(daemon, sent):
    """Within a second, after which the status byte is sent in any case."""
    daemon.hold()
    for each in sent:
        daemon.desk.send("/s/raw", each)
    daemon.release()


@part
def running_status():
    """A Launchpad's driver passes bytes as they are."""
    one = kept(raw_usb_midi("L")).plug()
    daemon = exclusive("Launchpad*", keys="none such", running_status=True).attached("synth")
    play_at_once(daemon, [note_on(60), note_on(64), b"\xf8", note_on(67), sysex(7), note_on(72),
                          b"\xb0\x07\x40", b"\xb0\x07\x41"])
    right = (note_on(60) + note_on(64)[1:] + b"\xf8" + note_on(67)[1:] + sysex(7) + note_on(72)
             + b"\xb0\x07\x40" + b"\x07\x41")
    check_equal("status bytes are left out", one.received(at_least=len(right)), right)
    time.sleep(1.1)
    daemon.desk.send("/s/raw", b"\xb0\x07\x42")
    check_equal("after a second there is one", one.received(at_least=3), b"\xb0\x07\x42")
    one.unplug()
    check_within("the loss is noticed", 1, lambda: not daemon.is_up())
    one.plug()
    came = messages(one.receives(b"\x48\x40"))
    check("what sounds is ended in whole messages", all(
        bytes([0x80, each, 64]) in came for each in (60, 64, 67, 72)), str(came))


@part
def running_status_to_usb_midi():
    """Its packets have whole messages: the driver makes them whole again."""
    one = device()
    daemon = attached(running_status=True)
    before = transmitted()
    chord = [note_on(60 + i) for i in range(10)]
    play_at_once(daemon, chord)
    check_equal("the device has whole messages", one.received(at_least=30), b"".join(chord))
    check_equal("its driver got fewer bytes", transmitted() - before, 21)


run_parts()

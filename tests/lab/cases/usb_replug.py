#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A USB MIDI device that goes and comes back: slowly, at once, and while nobody looks."""
import time

from checks import check, check_equal, check_within, kept, part, run_parts, shell, wait_for
from daemon import Daemon, configuration
from midi_bytes import note_off, note_on, sysex
from osc import Listener
from probes import PROBE, check_heard_again, check_played_again
from usb_bus import bus_name
from usb_midi import UsbMidi

back = Listener()


def device():
    return kept(UsbMidi("Lab MIDI", serial="A"))


def attached_to(plugged):
    daemon = Daemon(configuration("Lab MIDI*", "Lab MIDI*")).attached()
    plugged.received()
    return daemon


@part
def the_first_device_that_the_machine_ever_had():
    daemon = Daemon(configuration("Lab MIDI*", "Lab MIDI*"))
    check("down without a device", not daemon.is_up())
    one = device().plug()
    check_within("it is attached", 3, lambda: daemon.is_up() and daemon.is_up("keys", "input"))
    daemon.desk.note_on(60)
    check_equal("a note arrives", one.received(at_least=3), note_on(60))
    daemon.desk.send("/s/raw", sysex(7))
    check_equal("a SysEx arrives", one.received(at_least=7), sysex(7))
    one.send(note_on(61) + b"\xf8" + sysex(9) + b"\xe0\x00\x40")
    check_equal("what it plays is heard", [address.split("/")[-1] for address, _ in back.taken(4)],
                ["note_on", "clock", "sysex", "pitch_bend"])


@part
def unplugged_and_plugged_in_again():
    one = device().plug()
    daemon = attached_to(one)
    for how in (one.unplug, one.cut):
        what = how.__name__
        for note in range(50, 54):
            daemon.desk.note_on(note)
        daemon.desk.send("/s/control_change", 1, 64, 127)
        one.received(at_least=15)
        how()
        check_within(what + ": the loss is noticed", 1, lambda: not daemon.is_up())
        one.plug()
        check_within(what + ": it is attached again", 2, daemon.is_up)
        right = b"".join(bytes([0x80, note, 64]) for note in range(50, 54)) + b"\xb0\x40\x00"
        check_equal(what + ": notes and pedal are ended", one.received(at_least=15), right)
        check_heard_again(what, one, back)


@part
def unplugged_with_keys_held():
    one, other = device().plug(), kept(UsbMidi("Lab MIDI", serial="B")).plug()
    daemon = Daemon(configuration("Lab MIDI*")).attached("keys")
    for each in (one, other):
        check_heard_again("attached", each, back)
        each.send(note_off(PROBE))
        back.taken()

    def heard():
        return [(address.split("/")[-1], args[1]) for address, args in back.messages
                if "note_o" in address]

    back.clear()
    one.send(note_on(70) + note_on(71))
    check_within("both keys are heard", 1, lambda: len(heard()) == 2)
    other.send(note_on(71) + note_on(72))
    check_within("two more are heard", 1, lambda: len(heard()) == 4)
    one.unplug()
    check_within("the key that it alone held is ended", 1, lambda: ("note_off", 70) in heard())
    check("what the other holds goes on", heard()[4:] == [("note_off", 70)], heard())
    other.cut()
    check_within("the other's are ended when it goes", 1,
                 lambda: sorted(heard()[5:]) == [("note_off", 71), ("note_off", 72)])


@part
def unplugged_and_plugged_in_at_once():
    one = device().plug()
    daemon = attached_to(one)
    for pause in (0.0, 0.1, 0.5):
        daemon.desk.note_on(40)
        one.received(at_least=3)
        one.unplug()
        time.sleep(pause)
        one.plug()
        check_played_again("back after %.1f s" % pause, daemon, one, sounded=40)
        check_heard_again("back after %.1f s" % pause, one, back)


@part
def replugged_while_the_daemon_is_held():
    one = device().plug()
    daemon = attached_to(one)
    daemon.desk.note_on(42)
    one.received(at_least=3)
    daemon.hold()
    one.unplug()
    one.plug()
    time.sleep(1.5)
    daemon.release()
    check_played_again("replugged meanwhile", daemon, one, sounded=42)
    check_heard_again("replugged meanwhile", one, back)


@part
def a_driver_that_is_unbound_and_bound_back_to_back():
    one = device().plug()
    daemon = attached_to(one)
    for attempt in range(4):
        daemon.desk.note_on(43)
        one.received(at_least=3)
        name = bus_name("A")
        for what in ("unbind", "bind"):
            with open("/sys/bus/usb/drivers/usb/" + what, "w") as file:
                file.write(name)
        check_played_again("the driver's %d. new begin" % (attempt + 1), daemon, one, sounded=43)
        check_heard_again("the driver's %d. new begin" % (attempt + 1), one, back)


@part
def no_folder_of_sound_devices_at_the_start():
    # udev may still be at the nodes of the part before.
    wait_for(lambda: shell("udevadm settle && rm -rf /dev/snd && echo gone", False) == "gone\n")
    daemon = Daemon(configuration("Lab MIDI*", "Lab MIDI*", keys_options={"api": "auto"},
                          synth_options={"api": "auto"}))
    one = device().plug()
    shell("udevadm settle; mkdir -p /dev/snd; mknod /dev/snd/seq c 116 1 2>/dev/null",
          is_needed=False)
    check_within("it is attached when there is one", 3, daemon.is_up)
    one.unplug()
    check_within("the loss is noticed", 1, lambda: not daemon.is_up())
    one.plug()
    check_within("it is attached again", 2, daemon.is_up)


run_parts()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Long SysEx, bursts, and devices that are slow or take nothing. --dumps 16 is the long run."""
import re
import threading
import time

from checks import (PATIENCE_S, SLOWNESS, check, check_equal, check_within, kept, note, options, part,
                    run_parts, shell, wait_for)
from daemon import Daemon, configuration, midi, route
import midi_bytes
from midi_bytes import note_off, note_on, sysex, without_real_time
from osc import Listener
from probes import (check_long_message_behind_full_buffer, check_stops_while_behind,
                    check_stuck_within_sysex)
from sequencer import Client
from usb_midi import HIGH_SPEED, UsbMidi

back = Listener()
DUMPS = {"dumps": 2, "size": 1 << 20}
PARTS_FROM = 1 << 16 # bytes: a longer SysEx is passed on before all of it has come
AHEAD_MAX = 20000 # the sequencer's pool has 2000 cells of 28 bytes


def device(product="Lab MIDI", serial="A", **options_of_it):
    return kept(UsbMidi(product, serial, **options_of_it)).plug()


def attached(**more):
    daemon = Daemon(configuration("Lab MIDI*", "Lab MIDI*", **more)).attached()
    back.clear()
    return daemon


def attached_for_output():
    return Daemon(configuration(synth="Lab MIDI*")).attached("synth")


def all_of(receiver, quiet_s=1.0):
    """What comes until nothing more has come for a while."""
    came, last = b"", time.monotonic()
    while time.monotonic() - last < quiet_s:
        part_of_it = receiver.received(at_least=1, timeout=0.1)
        came, last = came + part_of_it, time.monotonic() if part_of_it else last
    return came


@part
def long_sysex_to_a_device():
    one = device()
    daemon = attached()
    for size in (4096, 5000, 16000, 60000):
        daemon.desk.send("/s/sysex", sysex(size))
        daemon.desk.note_on(60)
        came = one.received(at_least=size + 3)
        check_equal("SysEx of %d bytes and a note" % size, came, sysex(size) + note_on(60))
        daemon.desk.note_off(60)
        one.receives(note_off(60))


@part
def long_sysex_from_a_device():
    one = device()
    daemon = attached()
    for size, send in ((4096, one.send), (60000, one.send), (60000, one.send_as_it_is_read)):
        lost = daemon.total('rejected_total.*"keys"')
        send(sysex(size) + note_on(60))
        came = messages_until_note(one)
        whole = [args[0] for address, args in came if address.endswith("sysex")]
        is_counted = daemon.total('rejected_total.*"keys"') > lost
        check("SysEx of %d bytes: whole, or counted as lost" % size,
              whole == [sysex(size)] or (whole == [] and is_counted),
              "%s came" % [len(each) for each in whole])
    check("... whole, where the kernel came to read it", whole == [sysex(size)])


def overruns_of_driver():
    return sum(int(each) for each in re.findall(r"Overruns *: (\d+)",
                                                shell("cat /proc/asound/card*/midi*")))


@part
def a_flood_that_the_driver_has_no_room_for():
    """Its buffer has 4096 bytes, and the kernel comes to empty it when it can. What it threw away
    nobody is told: it may be the middle of a SysEx, or the ends of notes."""
    one = device()
    daemon = attached()
    flood = b"".join(sysex(5000) + note_on(i) + note_off(i) + bytes([0xB0, i, 64] * 200)
                     for i in range(20))

    def has_lost():
        one.send(flood)
        time.sleep(2)
        return overruns_of_driver()

    wait_for(has_lost, every=0)
    came = back.until_quiet() # what sounds is ended then
    one.send_as_it_is_read(note_on(100))
    came += back.until_quiet()
    note("bytes lost: %d, %s" % (overruns_of_driver(), daemon.nonzero('rejected_total.*"keys"')))
    check("what the driver lost is counted",
          overruns_of_driver() == 0 or daemon.rejected("overrun") >= 1)
    check("each SysEx that came is whole",
          all(args == [sysex(5000)] for address, args in came if address.endswith("sysex")))
    check_equal("notes that sound", sounding(came), {100})


def sounding_at(receiver):
    return midi_bytes.sounding(bytes(receiver.history))


def messages_until_note(sender):
    """Where the note was lost with the SysEx, another one tells the end."""
    came = back.taken(timeout=3)
    while not any(address.endswith("note_on") for address, _ in came):
        sender.send(note_on(60))
        came += back.taken(timeout=3)
    return came


@part
def bursts():
    one = device()
    daemon = attached()
    for count in (300, 1000):
        one.send(b"".join(bytes([0x90, i & 0x7F, 1 + (i >> 7)]) for i in range(count)))
        check_equal("of %d notes from a device" % count, len(back.taken(count)), count)
    for count in (1000, 3000):
        sent = daemon.sent()
        daemon.desk.controls(count)
        came = one.received(at_least=3 * count)
        check_equal("of %d messages to a device" % count, len(came), 3 * count)
        check_equal("... counted as sent", daemon.sent() - sent, count)


def sounding(came):
    notes = set()
    for address, args in came:
        if address.endswith("note_on"):
            notes.add(args[1])
        elif address.endswith("note_off"):
            notes.discard(args[1])
    return notes


@part
def more_at_once_than_the_sequencer_keeps():
    """5,000 messages: what is lost of them is counted, and no note is left sounding."""
    one = device()
    daemon = attached()
    for i in range(2500):
        one.send(note_on(i % 128) + note_off(i % 128))
    came = back.until_quiet()
    lost = daemon.rejected("overrun")
    note("of 5000 messages %d came, overruns: %d" % (len(came), lost))
    check("all came, or an overrun is counted", len(came) == 5000 or lost >= 1)
    check_equal("notes that sound", sounding(came), set())
    one.send(note_on(60))
    check_equal("the next note comes", [args for _, args in back.taken()], [[1, 60, 100]])


def check_sent_has_come(daemon, came):
    check_equal("what counts as sent has come", came, daemon.sent())


@part
def a_device_as_slow_as_its_cable():
    one = device()
    daemon = attached()
    one.out_delay = 0.02 # for 48 bytes of MIDI
    daemon.desk.note_on(60)
    daemon.desk.controls(2500)
    daemon.desk.note_off(60)
    came = one.receives(note_off(60)) + all_of(one)
    wait_for(lambda: daemon.pending() == 0)
    check_sent_has_come(daemon, len(came) // 3)
    check_equal("nothing is lost in silence", daemon.sent() + daemon.dropped(), 2502)
    check("the note was ended", note_off(60) in came)
    one.out_delay = 0


@part
def a_long_message_behind_a_full_buffer_of_a_slow_device():
    one = device()
    check_long_message_behind_full_buffer(attached(), one)


@part
def a_device_that_takes_nothing_for_a_while():
    one = device()
    daemon = attached()
    one.is_stuck = True
    daemon.desk.note_on(60)
    daemon.desk.controls(3000)
    daemon.desk.note_off(60)
    accepted = r'accepted_total\{output="synth"'
    wait_for(lambda: daemon.total(accepted) >= 3002)
    time.sleep(2)
    note("while it is stuck:", daemon.nonzero(r'deliveries_.*"synth"|output_up.*"synth"'))
    check("not all of it counts as sent", daemon.sent() < 3002)
    one.unstick()
    came = all_of(one, 2)
    wait_for(lambda: daemon.pending() == 0)
    check_sent_has_come(daemon, len(came) // 3)
    check_equal("nothing is lost in silence", daemon.sent() + daemon.dropped(),
                daemon.total(accepted))
    check_within("it is up again", 5, daemon.is_up)
    daemon.desk.note_on(62)
    check("... and works", note_on(62) in one.receives(note_on(62)))


@part
def a_device_that_takes_nothing_within_a_long_sysex():
    one = device()
    check_stuck_within_sysex(attached_for_output(), one)


@part
def unplugged_while_it_takes_nothing():
    one = device()
    daemon = attached()
    one.is_stuck = True
    daemon.desk.controls(3000)
    time.sleep(1)
    one.unplug()
    one.is_stuck = False
    announcer = kept(Client("announcer")).hear_announcements()
    one.plug()
    wait_for(lambda: announcer.starts)

    def is_played():
        daemon.desk.note_on(62)
        return one.first_out is not None

    check_within("it is attached again", 1.5, is_played)
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
    check("the daemon stops", status == 0 and took < 2 * SLOWNESS,
          "status %s, %.1f s" % (status, took))
    one.unstick()


@part
def a_stop_while_it_is_behind():
    check_stops_while_behind(attached_for_output, device())


@part
def a_panic_without_the_daemon_while_it_takes_nothing():
    one = device()
    daemon = attached_for_output()
    notes = range(20, 120)
    for each in notes:
        daemon.desk.note_on(each)
    one.received(at_least=3 * len(notes))
    daemon.process.kill()
    daemon.process.wait()
    one.is_stuck = True
    status, text = daemon.panic_offline()
    check("it is told that notes may sound", status == 1 and "may still sound" in text,
          "status %d, %s" % (status, text))
    one.unstick()
    status, text = daemon.panic_offline()
    check_equal("a second panic ends with 0", status, 0)
    is_silent = wait_for(lambda: not sounding_at(one)) is not None
    check("... and ends what is left", is_silent, "%s, %s" % (text, sounding_at(one)))


@part
def dumps_from_device_to_device_with_a_clock_between():
    asked = options(**DUMPS)
    # A packet has 384 bytes of MIDI then, not 48, and packets are what emulation is slow at.
    source, target = device(speed=HIGH_SPEED), device("Target", "T", speed=HIGH_SPEED)
    config = (configuration("Lab MIDI*") + midi("output", "target", "Target*", sysex_chunk=4096,
                                        sysex_pace="40ms")
              + route("keys", "target") + route("desk", "target", address="/t/*"))
    daemon = Daemon(config).attached("keys", "target")
    for i in range(asked.dumps): # the last one in parts
        dump = bytearray(sysex(asked.size if i == asked.dumps - 1 else 60000))
        dump[1] = i
        came, size, begin = bytearray(), 0, time.monotonic()
        # A sender that never waited for what has arrived would fill the sequencer's pool.
        sending = threading.Thread(target=source.send_as_it_is_read,
                                   args=(dump, 4096, lambda: max(size, PARTS_FROM) + AHEAD_MAX))
        sending.start()
        last = begin
        while size < len(dump) and time.monotonic() - last < PATIENCE_S:
            daemon.desk.send("/t/clock")
            time.sleep(0.02)
            more = target.received()
            came += more
            if without_real_time(more):
                size, last = size + len(without_real_time(more)), time.monotonic()
        note("%d of %d bytes in %.1f s" % (size, len(dump), last - begin))
        sending.join()
        if not check_equal("dump %d, byte for byte" % (i + 1), without_real_time(came),
                           bytes(dump)):
            break
        inside = came[came.index(b"\xf0") : came.index(b"\xf7")].count(b"\xf8")
        check("... and the clock passes between its parts", inside >= 10, "%d ticks" % inside)


run_parts(**DUMPS)

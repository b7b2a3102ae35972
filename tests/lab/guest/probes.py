# SPDX-License-Identifier: MIT
"""Whether a device is played again, what had sounded was ended, and a slow one is waited for."""
from checks import SLOWNESS, check, check_equal, check_within, note, wait_for
from midi_bytes import messages, note_on, sounding, sysex

PROBE = 61  # the note that is asked with; no case lets it sound


def ended(stream):
    """{(channel, note)} of all note-offs."""
    return {(each[0] & 15, each[1]) for each in messages(stream) if each[0] >> 4 == 8}


def probe_until_heard(daemon, receiver, timeout=2.0):
    """Plays short notes until one arrives; all that came, or None where none did."""
    came = b""

    def is_heard():
        nonlocal came
        daemon.desk.note_on(PROBE)
        daemon.desk.note_off(PROBE)
        came += receiver.received(at_least=6, timeout=0.3)
        return note_on(PROBE) in came

    return came if wait_for(is_heard, timeout * SLOWNESS) is not None else None


def check_long_message_behind_full_buffer(daemon, one):
    """It takes more than a second until the message has room, but the device is not stuck."""
    one.out_delay = 0.03
    daemon.desk.controls(1400)
    daemon.desk.send("/s/sysex", sysex(600))
    came = one.receives(sysex(600))
    check("all of it comes", len(came) == 3 * 1400 + 600 and came.endswith(sysex(600)),
          "%d bytes" % len(came))
    check_equal("nothing is dropped", daemon.dropped(), 0)
    one.out_delay = 0


def check_stuck_within_sysex(daemon, one):
    """A long SysEx waits, and leaves room in the driver's buffer for messages behind it, of which a
    clock passes the SysEx."""
    def is_offline():
        daemon.desk.send("/s/clock")
        return not daemon.is_up()

    one.is_stuck = True
    daemon.desk.send("/s/sysex", sysex(6000))
    check_within("it goes offline", 3, is_offline)
    check("... and the log says why", daemon.says("it no longer accepts events"))
    is_back = wait_for(daemon.is_up, 2)
    check("... and stays so while it takes nothing", is_back is None)
    check_equal("the SysEx is counted as cut", daemon.total("midi_cut_sysex_total"), 1)
    one.unstick()
    check_within("it is up when it takes something again", 5, daemon.is_up)
    daemon.desk.note_on(PROBE)
    check("... and works", note_on(PROBE) in one.receives(note_on(PROBE)))


CABLE_S = 0.0154  # for 48 bytes of MIDI
HELD = range(40, 50)


def check_stop_while_behind(what, daemon, one, delay_s, play, count):
    """The note-offs of a stop wait in the driver behind the `count` messages of `play()`. The system
    throws away what is there when the process ends: each note ends, or is known to sound. Returns
    whether the log says that notes may sound."""
    for each in HELD:
        daemon.desk.note_on(each)
    one.received(at_least=3 * len(HELD))
    one.out_delay = delay_s
    sent = daemon.sent()
    play()
    wait_for(lambda: daemon.sent() - sent >= count)
    status, took = daemon.stop()
    is_told = "Notes may still sound." in daemon.log()
    note(what, "the stop took %.2f s, notes may sound: %s" % (took, is_told))
    check_equal(what + ": the daemon stops", status, 0)

    def is_silent():
        return not sounding(bytes(one.history))

    is_ended = wait_for(is_silent, 3) is not None
    check(what + ": each note ends, or the log says that it may sound", is_ended or is_told,
          str(sounding(bytes(one.history))))
    one.out_delay = 0
    status, text = daemon.panic_offline()
    check(what + ": a panic ends what is left", status == 0 and wait_for(is_silent) is not None,
          "status %d, %s, sounding: %s" % (status, text, sounding(bytes(one.history))))
    return is_told


def check_stops_while_behind(start, one):
    """`start()` starts a daemon that has the device."""
    for what, size in (("SysEx", 2000), ("long SysEx", 4000)):
        daemon = start()
        check_stop_while_behind(what, daemon, one, CABLE_S,
                                lambda: daemon.desk.send("/s/sysex", sysex(size)), 1)
    daemon = start()
    is_told = check_stop_while_behind("slower than a cable", daemon, one, 5 * CABLE_S,
                                      lambda: daemon.desk.controls(1200), 1200)
    check("slower than a cable: the log says that notes may sound", is_told)


def check_played_again(what, daemon, receiver, sounded, timeout=2.0):
    came = probe_until_heard(daemon, receiver, timeout)
    check(what + ": the next note arrives", came is not None)
    came = came or b""

    def is_ended(): # a note that is played when it is back may come before
        nonlocal came
        came += receiver.received()
        return (0, sounded) in ended(came)

    check(what + ": what sounded was ended", wait_for(is_ended, timeout / 2 * SLOWNESS) is not None)
    receiver.received()


def check_heard_again(what, sender, back, timeout=2.0):
    """`sender` plays until the listener `back` hears it."""
    back.clear()

    def is_heard():
        sender.send(note_on(PROBE))
        return back.taken(timeout=0.3)

    check(what + ": it is heard", wait_for(is_heard, timeout * SLOWNESS) is not None)
    back.clear()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Virtual cards of the kernel's: each kind of message both ways, SysEx of each size, cards that go
and come. --mebibytes 48 is the long run of the endless SysEx."""
from checks import (check, check_equal, check_within, kept, note, options, part, run_parts, shell,
                    wait_for)
from daemon import Daemon, configuration, midi, route
from midi_bytes import PLAYED, note_off, note_on, sounding, sysex
from osc import Listener
from probes import check_heard_again
from raw_midi import RawMidi
from sequencer import Client, own_port

back = Listener()
DRIVER = "/sys/bus/platform/drivers/snd_virmidi"
GROWTH_KIB = 4096
OUT, KEYS = "VirMIDI 0-0", "VirMIDI 0-1"


def cards():
    """(out, keys): the raw sides."""
    shell("modprobe snd-virmidi midi_devs=2 && { [ -e %s/snd_virmidi.0 ] ||"
          " echo snd_virmidi.0 >%s/bind; }; udevadm settle" % (DRIVER, DRIVER))
    return kept(RawMidi("/dev/snd/midiC0D0")), kept(RawMidi("/dev/snd/midiC0D1"))


def unbind():
    shell("echo snd_virmidi.0 >%s/unbind" % DRIVER) # what pulling a card out does


@part
def each_kind_of_message():
    out, keys = cards()
    daemon = Daemon(configuration(KEYS, OUT)).attached()
    for name, args, right in PLAYED:
        daemon.desk.send("/s/" + name, *args)
        check_equal("%s %s" % (name, shown_args(args)), out.receives(bytes.fromhex(right)),
                    bytes.fromhex(right))
    keys.send(bytes.fromhex("903c643d65 903c00 b0077f e00040 c005 d011 a03c22 f8 fa fc"))
    right = [("note_on", [1, 60, 100]), ("note_on", [1, 61, 101]), ("note_on", [1, 60, 0]),
             ("control_change", [1, 7, 127]), ("pitch_bend", [1, 8192]), ("program_change", [1, 5]),
             ("channel_pressure", [1, 17]), ("poly_pressure", [1, 60, 34]), ("clock", []),
             ("start", []), ("stop", [])]
    got = [(address.split("/")[-1], args) for address, args in back.taken(at_least=len(right))]
    check_equal("in: all kinds, with running status", got, right)


def shown_args(args):
    return " ".join(each.hex(" ") if isinstance(each, bytes) else str(each) for each in args)


@part
def virtual_ports():
    config = (configuration() + midi("input", "open", None, virtual="from-others")
              + midi("output", "daw", None, virtual="to-others")
              + route("open", "back") + route("desk", "daw", address="/daw/*"))
    daemon = Daemon(config).attached("daw", "back")
    one = kept(Client("program"))
    wait_for(lambda: own_port("from-others"))
    one.connect_from(*own_port("to-others"))
    one.connect_to(*own_port("from-others"))
    daemon.desk.note_on(61, to="/daw")
    check_equal("a program that subscribed gets notes", one.received(at_least=3), note_on(61))
    for size in (256, 4096, 16376, 60000):
        daemon.desk.send("/daw/sysex", sysex(size))
        check_equal("... and SysEx of %d bytes" % size, one.received(at_least=size), sysex(size))
    back.clear()
    one.send(note_on(64))
    check_equal("a program that connects is heard", [args for _, args in back.taken()],
                [[1, 64, 100]])


@part
def sysex_out():
    out, _ = cards()
    daemon = Daemon(configuration(synth=OUT)).attached("synth")
    for size in (64, 4096, 4097, 5000, 16000, 60000):
        daemon.desk.send("/s/sysex", sysex(size))
        check_equal("%d bytes" % size, out.received(at_least=size), sysex(size))
    daemon.desk.note_on(60)
    check_equal("a note after them", out.received(at_least=3), note_on(60))


@part
def sysex_in():
    _, keys = cards()
    daemon = Daemon(configuration(KEYS)).attached("keys")
    back.clear()
    for size in (64, 257, 4096, 16384, 60000):
        keys.send_as_it_is_read(sysex(size))
        check_equal("%d bytes" % size, back.taken(), [("/midi/keys/sysex", [sysex(size)])])
    # Of less than 256 bytes the kernel itself drops what a note cuts off; nobody sees it.
    for what, sent, reason in (("70,000 bytes", sysex(70000), "too_large"),
                               ("cut off by a note after 2 bytes", b"\xf0\x01\x02", None),
                               ("cut off by a note after 599", sysex(600)[:-1], "malformed")):
        before = daemon.rejected(reason)
        keys.send_as_it_is_read(sent + note_on(60))
        came = [address.split("/")[-1] for address, _ in back.taken()]
        check_equal(what + ": the note alone comes", came, ["note_on"])
        if reason:
            check_within(what + ": counted as " + reason, 1,
                         lambda: daemon.rejected(reason) > before)
    keys.send(b"\xf0\x01\x02\xf8\x03\xf7")
    check_equal("a clock inside", sorted(address.split("/")[-1] for address, _ in back.taken(2)),
                ["clock", "sysex"])


@part
def a_sysex_without_an_end():
    mebibytes = options(mebibytes=6).mebibytes
    _, keys = cards()
    daemon = Daemon(configuration(KEYS)).attached("keys")
    keys.send(sysex(60000))
    back.taken() # what a long SysEx takes is there
    before = daemon.memory_kib()
    keys.send(b"\xf0")
    for _ in range(mebibytes):
        keys.send(bytes(1 << 20))
    after = daemon.memory_kib()
    check("%d MiB of it" % mebibytes, after < before + GROWTH_KIB,
          "%d KiB, then %d" % (before, after))
    keys.send(b"\xf7")
    check_heard_again("after its end", keys, back)
    check("it was counted", daemon.total('rejected_total.*"keys"') > 0)


@part
def cards_that_go_and_come():
    out, keys = cards()
    daemon = Daemon(configuration(KEYS, OUT)).attached()
    for how in ("at once", "while the daemon is held"):
        daemon.desk.note_on(50)
        out.receives(note_on(50))
        out.end()
        keys.end()
        if how != "at once":
            daemon.hold()
        unbind()
        out, keys = cards()
        daemon.release()
        check_played_again(how, daemon, out)
        check_heard_again(how, keys, back)
    status, _ = daemon.stop()
    check_equal("the stop", status, 0)


def check_played_again(how, daemon, out):
    """What is sent before the raw side is open is lost, so note-offs are no check here."""
    came = b""

    def is_played():
        nonlocal came
        daemon.desk.note_on(51)
        daemon.desk.note_off(51)
        came += out.receives(note_on(51) + note_off(51), timeout=0.3)
        return note_on(51) in came

    check("back %s: the next note arrives" % how, wait_for(is_played) is not None)
    check_equal("back %s: what sounds" % how, sounding(came + out.received()), set())


@part
def the_kernels_own_usb_gadget():
    shell("""
modprobe dummy_hcd && modprobe libcomposite && modprobe snd-seq
mount -t configfs none /sys/kernel/config 2>/dev/null
mkdir /sys/kernel/config/usb_gadget/g1 && cd /sys/kernel/config/usb_gadget/g1
echo 0x1209 >idVendor; echo 0x0002 >idProduct
mkdir strings/0x409 && echo "Gadget MIDI" >strings/0x409/product
mkdir configs/c.1 functions/midi.usb0
echo gadgetside >functions/midi.usb0/id
ln -s functions/midi.usb0 configs/c.1
echo dummy_udc.0 >UDC; udevadm settle""")
    daemon = Daemon(configuration(synth="Gadget MIDI*")).attached("synth")
    card = shell("grep -l gadgetside /proc/asound/card*/id").split("card")[1].split("/")[0]
    device_side = kept(RawMidi("/dev/snd/midiC%sD0" % card))
    daemon.desk.note_on(60)
    check_equal("the gadget gets a note", device_side.receives(note_on(60)), note_on(60))
    note(shell("cat /proc/asound/cards").strip().replace("\n", " | "))


run_parts(mebibytes=6)

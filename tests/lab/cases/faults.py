#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What befalls a machine, and what the service does then: no memory, no disk, another time, sleep,
no network:
lab run --init systemd --units packaging faults.py"""
import os
import re
import subprocess
import time

from checks import SLOWNESS, check, check_equal, kept, note, part, run_parts, shell, wait_for
from daemon import Daemon
from midi_bytes import note_off, note_on
from networks import HERE, THERE, Network
from osc import BACK_PORT, DESK_PORT, Desk, Listener, bundle, decode, encode
from service import (FILE, comes_true, drop_in, install, is_back, is_synth_up, journal,
                     remove_drop_in, state, systemctl, write)
from usb_midi import UsbMidi

CONFIGURATION = """
[log]
format = "journal"
[[input]]
name = "desk"
type = "osc"
listen = "tcp://127.0.0.1:%d"
[[output]]
name = "synth"
type = "midi"
port = "Lab MIDI*"
[[output]]
name = "back"
type = "osc"
to = "tcp://127.0.0.1:%d"
[[route]]
from = "desk"
address = "/s/*"
to = "synth"
[[route]]
from = "desk"
address = "/b/*"
to = "back"
%s
[metrics]
listen = "127.0.0.1:9464"
"""
NETWORK = """
[[input]]
name = "stage"
type = "osc"
listen = ["udp://%s:9100", "udp://239.255.0.1:9102"]
interface = "lab0"
allow = "10.9.9.0/24"
[[output]]
name = "lights"
type = "osc"
to = "udp://%s:57120"
[[output]]
name = "desks"
type = "osc"
to = "tcp://%s:57121"
[[route]]
from = "stage"
to = "back"
[[route]]
from = "desk"
address = "/l/*"
to = ["lights", "desks"]
""" % (HERE, THERE, THERE)
HOUR_S = 3600
SHORT_S, LONG_S = 3, 35 # than the suspend, which an emulated machine draws out
LOST_LINES = "tactus_log_messages_suppressed_total"
SUSPENDS = "tactus_clock_suspends_total"

back = Listener()


def configure(more="", how="reload-or-restart"):
    write(FILE, CONFIGURATION % (DESK_PORT, BACK_PORT, more))
    systemctl(how, "tactus")


def since(before):
    """The clock may be set meanwhile, so the journal is not asked by time."""
    return journal()[len(before):]


def metric(series):
    return Daemon.metrics().get(series)


def synth():
    one = kept(UsbMidi("Lab MIDI")).plug()
    comes_true("the device is attached", 4, is_synth_up)
    return one


class Full:
    """A file system that has no room any more."""

    def __init__(self, at, kib):
        self.at = at
        os.makedirs(at, exist_ok=True)
        shell("mount -t tmpfs -o mode=777,size=%dk none %s" % (kib, at))

    def fill(self):
        shell("dd if=/dev/zero of=%s/filler bs=4k" % self.at, False)
        return self

    def empty(self):
        os.remove(self.at + "/filler")

    def end(self):
        shell("umount -l " + self.at)


@part
def out_of_memory():
    """The configuration allows more than the unit does."""
    drop_in("memory", "[Service]\nMemoryMax=64M\n")
    configure("[limits]\npending = 1_000_000\nmemory = \"1GiB\"\n", "restart")
    one = synth()
    desk, process, before = kept(Desk()), state()["MainPID"], journal()
    desk.note_on(60)
    check("it plays", note_on(60) in one.receives(note_on(60)))
    big = bundle([encode("/b/big", bytes(60000))], time.time() + 300)
    sent = 0
    try:
        while sent < 4000 and os.path.exists("/proc/" + process):
            desk.socket.sendall(len(big).to_bytes(4, "big") + big)
            sent += 1
    except OSError:
        pass
    note("the kernel ended it after %d packets of 60 kB" % sent)
    check("it was killed", sent < 4000)
    check("nothing sounds", note_off(60) in one.receives(note_off(60)))
    comes_true("it is up again by itself", 10, lambda: is_back(process) and is_synth_up())
    words = since(before)
    check("the journal says that memory was lacking", "oom-kill" in words, words[-1500:])
    check("... and that notes were ended", "Ended 1 notes and pedals." in words, words[-1500:])
    remove_drop_in("memory")


@part
def no_room_for_what_sounds_and_the_log():
    disk, logs = kept(Full("/var/lib/private/tactus", 64)), kept(Full("/run/full", 64))
    drop_in("full", "[Service]\nStateDirectory=tactus\nStandardError=append:/run/full/log\n")
    configure(more="[safety]\nstate = \"/var/lib/tactus/sounding\"\n", how="restart")

    def log():
        with open("/run/full/log", errors="replace", newline="") as file:
            return file.read()

    check("the log says what is not kept", "no record of sounding notes" in log(), log())
    check("... and why", "No space left on device" in log(), log())
    one, desk = synth(), kept(Desk())
    before = metric(LOST_LINES)
    logs.fill()
    with open("/run/full/log", "a") as file: # its last page has room still
        file.write("." * (-len(log()) % 4096 - 1) + "\n")
    shell("tactus reload")
    comes_true("lines for which there is no room are counted", 1,
               lambda: metric(LOST_LINES) > before)
    desk.note_on(62)
    check("it plays without both", note_on(62) in one.receives(note_on(62)))
    desk.note_off(62)
    logs.empty()
    shell("tactus reload")
    comes_true("with room, the log goes on and says what is missing", 1, lambda: re.search(
        r"\d+ lines of the log were lost here", log()))
    shell("mount -o remount,size=2m " + disk.at)
    size = len(log())
    systemctl("restart tactus")
    check("... and what sounds is kept", "no record of sounding notes" not in log()[size:])
    disk.fill()
    comes_true("attached", 4, is_synth_up)
    kept(Desk()).note_on(63)
    check("a disk that fills up later is no matter", note_on(63) in one.receives(note_on(63)))
    process = state()["MainPID"]
    shell("kill -9 " + process)
    check("... the note is known after a crash", note_off(63) in one.receives(note_off(63)))
    comes_true("... and it is back", 5, lambda: is_back(process))
    remove_drop_in("full")
    configure(how="restart")


@part
def no_room_for_a_recording():
    configure()
    disk, process = kept(Full("/run/full", 64)), state()["MainPID"]
    tap = subprocess.Popen(["tactus", "tap", "--record", disk.at + "/show"], text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    comes_true("it records", 5, lambda: os.path.exists(disk.at + "/show"))
    desk = kept(Desk())
    back.clear()
    sent = 0
    while tap.poll() is None and sent < 4000:
        desk.send("/b/n", sent)
        sent += 1
        time.sleep(0.001)
    said = tap.communicate()[1]
    check_equal("tap ends, which a script notices", tap.returncode, 1)
    check("... and says what and why", disk.at + "/show" in said
          and "No space left on device" in said, said)
    check_equal("all events left", len(back.taken(sent)), sent)
    check_equal("... of the same process", state()["MainPID"], process)
    check("what was recorded can be read", "/b/n" in shell("head -n 3 %s/show" % disk.at))


def set_clock(by_s):
    time.clock_settime(time.CLOCK_REALTIME, time.time() + by_s)


@part
def the_clock_is_set():
    configure()
    # Nothing has been sent, and nothing asks.
    for by_s, direction in ((HOUR_S, "forward"), (-HOUR_S, "backward")):
        before = journal()
        set_clock(by_s)
        comes_true("an idle daemon logs a step %s" % direction, 2, lambda: re.search(
            r"The wall clock was stepped.*seconds=%s\d" % ("-" if by_s < 0 else ""),
            since(before)) is not None)
        check_equal("... and counts it", metric(
            'tactus_clock_steps_total{direction="%s"}' % direction), 1)
    desk = kept(Desk())
    back.clear()
    for by_s, direction in ((HOUR_S, "forward"), (-HOUR_S, "backward")):
        series = 'tactus_clock_steps_total{direction="%s"}' % direction
        counted, before, wait_s = metric(series), journal(), 0.8 * SLOWNESS
        packet = bundle([encode("/b/pending", direction)], time.time() + wait_s)
        begin = time.monotonic()
        desk.socket.sendall(len(packet).to_bytes(4, "big") + packet)
        comes_true("an event waits", 1, lambda: metric(
            'tactus_deliveries_pending{output="back"}') == 1)
        set_clock(by_s)
        desk.send("/b/now", direction)
        check_equal("by a clock set %s" % direction, back.taken(), [("/b/now", [direction])])
        came = back.taken(timeout=wait_s + 3 * SLOWNESS)
        took = time.monotonic() - begin
        check_equal("... what waited leaves", came, [("/b/pending", [direction])])
        check("... when it was due, by the steady clock", took >= wait_s, "%.1f s" % took)
        check_equal("... the step is counted", metric(series) - counted, 1)
        words = since(before)
        found = re.search(r"The wall clock was stepped.*seconds=(-?[\d.]+)", words)
        check("... and logged", found and abs(float(found[1]) - by_s) < 2, words)
        # What comes from now on means the new time.
        packet = bundle([encode("/b/tagged", 1)], time.time() + 1)
        begin = time.monotonic()
        desk.socket.sendall(len(packet).to_bytes(4, "big") + packet)
        check_equal("a new time tag is read by the new time",
                    (len(back.taken()), time.monotonic() - begin > 0.9), (1, True))


def heard(there, desk, number):
    """Whether the far host gets the event, as a datagram."""
    desk.send("/l/n", number)
    try:
        while True:
            if decode(there.recv(2048)) == ("/l/n", [number]):
                return True
    except OSError:
        return False


@part
def the_network_goes_and_comes():
    net = kept(Network())
    there, sender, lights = net.udp(57120), net.udp(), net.tcp_listener(57121)
    configure(more=NETWORK)
    process, numbers = state()["MainPID"], iter(range(10 ** 6))
    desk = kept(Desk())

    def comes_in(to):
        back.clear()
        try:
            sender.sendto(encode("/in", to[1]), to)
        except OSError:
            return False
        return wait_for(lambda: ("/in", [to[1]]) in back.messages, 0.5) is not None

    def arrives():
        number = next(numbers)
        desk.send("/l/n", number)
        return wait_for(lambda: ("/l/n", [number]) in lights.messages, 0.5) is not None

    def works(when):
        comes_true(when + " datagrams go out", 4, lambda: heard(there, desk, next(numbers)))
        comes_true(when + " a connection goes out", 8, arrives)
        for to in ((HERE, 9100), ("239.255.0.1", 9102)):
            comes_true(when + " what is sent to %s:%d comes in" % to, 4, lambda: comes_in(to))

    works("at first")
    before = journal()
    net.down()
    check("a datagram does not", not heard(there, desk, next(numbers)))
    comes_true("the journal says what is lost", 2, lambda: "output=lights" in since(before))
    check("... in words", "transport failed" not in since(before), since(before))
    net.up()
    works("after down and up")
    before = journal()
    net.remove()
    comes_true("the journal tells of a pulled adapter", 2, lambda: "Its network interface does not"
               " exist" in since(before))
    net.add()
    works("after the adapter was pulled out")
    comes_true("... of which the journal tells", 1, lambda: "has rejoined its multicast group"
               in since(before))
    check_equal("the same process runs", state()["MainPID"], process)
    check_equal("every event is accounted for", metric("tactus_deliveries_unaccounted"), 0)
    configure()


def slept_s():
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()


@part
def the_machine_sleeps():
    """All of a suspend but the sleep itself, for which the kernel waits some seconds: this machine
    could not be woken. It is the last part, for the folders of the lab do not outlast it."""
    configure()
    desk, process = kept(Desk()), state()["MainPID"]
    back.clear()
    misses = 'tactus_output_deadline_misses_total{output="back"}'
    missed, suspends, before = metric(misses), metric(SUSPENDS), journal()
    for lead_s, what in ((SHORT_S, "early"), (LONG_S, "late")):
        packet = bundle([encode("/b/" + what, 1)], time.time() + lead_s)
        desk.socket.sendall(len(packet).to_bytes(4, "big") + packet)
    begin, slept = time.clock_gettime(time.CLOCK_BOOTTIME), slept_s()
    for path, text in (("module/suspend/parameters/pm_test_delay", "4"), ("power/pm_test", "core"),
                       ("power/state", "mem")):
        with open("/sys/" + path, "w") as file:
            file.write(text)
    slept = slept_s() - slept
    write("/run/lab-has-slept", "")
    check("the machine slept", slept > SHORT_S, "%.1f s" % slept)
    check_equal("what fell due meanwhile leaves late", back.taken(), [("/b/early", [1])])
    comes_true("... which is counted", 1, lambda: metric(misses) == missed + 1)
    check_equal("... the rest", back.taken(timeout=LONG_S + 3 * SLOWNESS), [("/b/late", [1])])
    took = time.clock_gettime(time.CLOCK_BOOTTIME) - begin
    check("... when it is due by a clock that goes on", took >= LONG_S - 0.1, "%.1f s" % took)
    check_equal("the suspend is counted", metric(SUSPENDS), suspends + 1)
    words = since(before)
    found = re.search(r"The machine was suspended.*seconds=([\d.]+)", words)
    check("... and logged", found and abs(float(found[1]) - slept) < 1, words)
    check("... and is no step of the clock", "stepped" not in words, words)
    check("... nor a fault of a plugin", "makes no progress" not in words, words)
    check_equal("the same process runs", state()["MainPID"], process)


install()
run_parts()

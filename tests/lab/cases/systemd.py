#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tactus as a sandboxed unit: lab run --init systemd --units tests/lab/units systemd.py"""
import os
import signal

from checks import SLOWNESS, check, check_equal, kept, note, part, run_parts, shell, wait_for
from daemon import Daemon
from midi_bytes import note_off, note_on
from osc import Desk, Listener
from usb_midi import UsbMidi

back = Listener()
DROP_IN = "/run/systemd/system/tactus.service.d"
LIVES = "tactus_deliveries_unaccounted"


def properties():
    wanted = "ActiveState,SubState,Result,NRestarts,MainPID"
    return dict(line.split("=", 1) for line in shell("systemctl show tactus -p " + wanted)
                .splitlines())


def is_synth_up():
    return Daemon.metrics().get('tactus_output_up{output="synth"}') == 1


def is_back(process):
    return properties()["MainPID"] not in (process, "0") and is_synth_up()


def comes_true(what, seconds, condition):
    took = wait_for(condition, seconds * SLOWNESS, 0.2)
    return check(what, took is not None, "%.1f s" % took if took is not None else str(properties()))


@part
def a_unit_on_a_machine_that_has_no_alsa_yet():
    comes_true("it runs at boot", 10, lambda: LIVES in Daemon.metrics())
    check_equal("... as a unit", properties()["ActiveState"], "active")
    check_equal("real-time scheduling", Daemon.metrics().get("tactus_realtime_scheduling"), 1)
    check_equal("locked memory", Daemon.metrics().get("tactus_memory_locked"), 1)
    one = kept(UsbMidi("Lab MIDI")).plug()
    comes_true("a device that is plugged in is attached", 4, is_synth_up)
    desk = kept(Desk())
    desk.note_on(60)
    check_equal("... and played", one.received(at_least=3), note_on(60))
    one.send(note_on(1))
    check_equal("... and heard", len(back.taken()), 1)
    one.unplug()
    one.plug()
    check("... and its note is ended when it was replugged",
          note_off(60) in one.receives(note_off(60), timeout=3 * SLOWNESS))


@part
def killed():
    kept(UsbMidi("Lab MIDI")).plug()
    comes_true("attached", 4, is_synth_up)
    process = properties()["MainPID"]
    os.kill(int(process), signal.SIGKILL)
    comes_true("after SIGKILL it is back and attached", 5, lambda: is_back(process))


@part
def a_watchdog_that_a_wrapper_feeds():
    shell("mkdir -p " + DROP_IN)
    with open(DROP_IN + "/notify.conf", "w") as file:
        file.write("[Service]\nType=notify\nNotifyAccess=main\nWatchdogSec=6\nExecStart=\n"
                   "ExecStart=/usr/bin/python3 /lab/units/notify_wrapper.py"
                   " /lab/tactus/bin/tactus run /lab/units/tactus.toml\n")
    shell("systemctl daemon-reload && systemctl restart tactus")
    check_equal("the unit is ready", properties()["ActiveState"], "active")
    daemon = int(shell("pgrep -x tactus").split()[0])
    wrapper = properties()["MainPID"]
    os.kill(daemon, signal.SIGSTOP)
    comes_true("a daemon that hangs is started again", 10, lambda: LIVES in Daemon.metrics()
               and properties()["MainPID"] not in (wrapper, "0"))
    note(properties())


@part
def its_words_in_the_journal():
    words = shell("journalctl -b -u tactus -o json --no-pager | grep -c 'The daemon is running'")
    check("the journal has them", int(words) >= 1)
    # As the unit is: a stop with a watchdog may take too long on a machine that has other work.
    shell("rm -rf %s && systemctl daemon-reload && systemctl restart tactus" % DROP_IN)
    comes_true("it runs again", 10, lambda: LIVES in Daemon.metrics())
    shell("systemctl stop tactus")
    check_equal("a stop is no failure", properties()["Result"], "success")


run_parts()

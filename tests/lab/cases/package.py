#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The packages as an operator has them:
lab run --init systemd --reboots --packages build/deb package.py

The machine reboots in the middle: the parts behind @after_reboot run after that.
"""
import glob
import json
import os
import re
import subprocess
import threading
import time
import urllib.request

from checks import (SLOWNESS, after_reboot, check, check_equal, kept, note, part,
                    run_parts_and_reboot, shell, wait_for)
from daemon import METRICS, Daemon
from midi_bytes import note_off, note_on
from osc import Desk, Listener
from usb_midi import UsbMidi

PACKAGES = "/lab/packages"
CONFIGURATION = "/etc/tactus/tactus.toml"
SECURITY_MAX = 1.6

OURS = """\
[log]
format = "journal"

[[input]]
name = "desk"
type = "osc"
listen = "tcp://127.0.0.1:9101"

[[input]]
name = "keys"
type = "midi"
port = "Lab MIDI*"

[[output]]
name = "synth"
type = "midi"
port = "Lab MIDI*"

[[output]]
name = "back"
type = "osc"
to = "tcp://127.0.0.1:9201"

[[route]]
from = "desk"
to = "synth"

[[route]]
from = "keys"
to = "back"

[metrics]
listen = "%s"
""" % METRICS


def package(name, folder=PACKAGES):
    found = glob.glob("%s/%s_*.deb" % (folder, name))
    if len(found) != 1:
        raise RuntimeError("%d packages %s in %s" % (len(found), name, folder))
    return found[0]


def apt(action, *what, more=""):
    return shell("DEBIAN_FRONTEND=noninteractive apt-get -y -qq %s %s %s"
                 % (more, action, " ".join(what)))


def property_of(name, unit="tactus"):
    return shell("systemctl show %s -P %s" % (unit, name)).strip()


def page(path):
    with urllib.request.urlopen("http://%s%s" % (METRICS, path), timeout=PAGE_S) as answer:
        return answer.read().decode()


PAGE_S = 2 * SLOWNESS


def runs():
    return "tactus_deliveries_unaccounted" in Daemon.metrics()


def is_synth_up():
    return Daemon.metrics().get('tactus_output_up{output="synth"}') == 1


def comes_true(what, seconds, condition):
    took = wait_for(condition, seconds * SLOWNESS, 0.2)
    if not check(what, took is not None, "%.1f s" % (took or 0)):
        note(shell("systemctl status tactus --no-pager --full", is_needed=False))
    return took is not None


def journal(boot=0):
    return shell("journalctl -u tactus -o cat --no-pager -b %d" % boot, is_needed=False)


@part
def installed_by_apt():
    shell("mkdir -p /var/log/journal && systemd-tmpfiles --create --prefix /var/log/journal"
          " && journalctl --flush")
    apt("install", package("tactus"), package("tactus-midi"), package("tactus-monitoring"))
    check_equal("the service is active", property_of("ActiveState"), "active")
    check_equal("... and starts at boot", property_of("UnitFileState"), "enabled")
    comes_true("it answers", 5, runs)
    check("its page is there", "<html" in page("/").lower())
    check("systemctl shows a line of its own", property_of("StatusText") != "")
    report = json.loads(shell("systemd-analyze security tactus --json=short", is_needed=False)
                        or "[]")
    check("systemd has judged its sandbox", len(report) > 50, str(len(report)))
    score = re.search(r"tactus\.service:? +([0-9.]+)",
                      shell("systemd-analyze security tactus --no-pager", is_needed=False))
    check("... at %.1f at most" % SECURITY_MAX,
          score is not None and float(score.group(1)) <= SECURITY_MAX,
          score.group(0) if score else "no score")


@part
def from_osc_to_a_usb_device():
    with open(CONFIGURATION, "w") as file:
        file.write(OURS)
    shell("systemctl reload tactus")
    check("the reload is in the journal", "eload" in journal())
    one = kept(UsbMidi("Lab MIDI")).plug()
    comes_true("the first USB device of this machine is attached", 4, is_synth_up)
    desk = kept(Desk())
    desk.note_on(60)
    check_equal("... and played", one.received(at_least=3), note_on(60))
    one.send(note_on(1))
    check_equal("... and heard", len(back.taken()), 1)
    desk.note_off(60)
    check("... and its note ends", b"\x80\x3c\x40" in one.receives(b"\x80\x3c\x40"))
    user = property_of("MainPID")
    check("it is not root", os.stat("/proc/" + user).st_uid != 0)


@part
def a_reload_that_fails_changes_nothing():
    process = property_of("MainPID")
    with open(CONFIGURATION, "a") as file:
        file.write("[[output]]\nnam = 1\n")
    ran = subprocess.run(["systemctl", "reload", "tactus"], capture_output=True, text=True)
    check("systemctl says that it failed", ran.returncode != 0)
    check("the journal names the line", CONFIGURATION + ":" in journal())
    check_equal("the same process runs", property_of("MainPID"), process)
    check("... as before", is_synth_up() or runs())
    with open(CONFIGURATION, "w") as file:
        file.write(OURS)
    shell("systemctl reload tactus")
    check_equal("a right one is taken again", property_of("MainPID"), process)


def previous():
    """The package as its version before would be."""
    folder, made = "/tmp/previous", "/tmp/old"
    shell("rm -rf %s %s && mkdir -p %s %s" % (folder, made, folder, made))
    for name in ("tactus", "tactus-midi"):
        shell("dpkg-deb -R %s %s/%s" % (package(name), folder, name))
        control = "%s/%s/DEBIAN/control" % (folder, name)
        version = shell("sed -n 's/^Version: //p' " + control).strip()
        shell("sed -i 's/^Version: .*/Version: 0.0.1/; s/(= %s)/(= 0.0.1)/' %s"
              % (re.escape(version), control))
        shell("dpkg-deb -Znone --root-owner-group -b %s/%s %s/%s_0.0.1.deb"
              % (folder, name, made, name))
    return made


class Load(threading.Thread):
    """Notes, until it is ended; connects anew where its daemon restarts."""

    def __init__(self):
        super().__init__(daemon=True)
        self.has_ended = False
        self.start()

    def run(self):
        number = 0
        while not self.has_ended:
            try:
                desk = Desk()
                while not self.has_ended:
                    desk.note_on(40 + number % 40)
                    number += 1
                    time.sleep(0.02)
            except OSError:
                time.sleep(0.2)

    def end(self):
        self.has_ended = True
        self.join()


@part
def upgraded_under_load():
    old = previous()
    one = kept(UsbMidi("Lab MIDI")).plug()
    comes_true("attached", 4, is_synth_up)
    apt("install", package("tactus", old), package("tactus-midi", old),
        more="--allow-downgrades -o Dpkg::Options::=--force-confold")
    comes_true("the version before runs", 5, is_synth_up)
    with open(CONFIGURATION, "a") as file:
        file.write("# a change of the operator\n")
    process, load = property_of("MainPID"), kept(Load())
    comes_true("under load", 5, lambda: len(one.history) > 60)
    begin = time.monotonic()
    apt("install", package("tactus"), package("tactus-midi"),
        more="-o Dpkg::Options::=--force-confold")
    note("the upgrade took %.1f s" % (time.monotonic() - begin))
    comes_true("after the upgrade it runs", 5, is_synth_up)
    check("... as another process", property_of("MainPID") != process)
    check("... with the operator's file", "a change of the operator" in open(CONFIGURATION).read())
    check("the one before has stopped in order", "Stopped." in journal())
    load.end()
    shell("systemctl stop tactus")
    left = sounding(bytes(one.history))
    check_equal("nothing sounds at the device", left, set())
    shell("systemctl start tactus")


def sounding(stream):
    """Notes that are on after these messages of three bytes of one channel."""
    on = set()
    for at in range(0, len(stream) - 2, 3):
        status, key, velocity = stream[at:at + 3]
        if status >> 4 == 9 and velocity > 0:
            on.add((status & 15, key))
        elif status >> 4 in (8, 9):
            on.discard((status & 15, key))
        elif status >> 4 == 11 and key in (120, 123):
            on = {each for each in on if each[0] != status & 15}
    return on


HALL = CONFIGURATION.replace("tactus.toml", "hall.toml")
LINK_OF_HALL = "/etc/systemd/system/multi-user.target.wants/tactus@hall.service"


def processes():
    return [property_of("MainPID", unit) for unit in ("tactus", "tactus@hall")]


@part
def a_transport_that_is_needed_is_removed():
    with open(CONFIGURATION) as file:
        ours = file.read()
    with open(HALL, "w") as file:
        file.write('name = "hall"\n' + ours.replace(":9101", ":9102")
                   .replace(METRICS, "127.0.0.1:9465"))
    shell("systemctl enable --now tactus@hall")
    before = processes()
    said = apt("remove", "tactus-midi", "2>&1")
    check_equal("both go on", processes(), before)
    for unit in ("tactus", "tactus@hall"):
        check_equal("... %s is active" % unit, property_of("ActiveState", unit), "active")
        check("... and apt says so", unit + ".service was not restarted" in said, said)
    apt("install", package("tactus-midi"))
    after = processes()
    check("with the transport again, both are started again",
          "0" not in after and not set(before) & set(after), "%s, %s" % (before, after))


@part
def an_upgrade_finds_errors_in_the_files():
    before = processes()
    for path in (CONFIGURATION, HALL):
        shell("cp %s %s.right && echo nonsense = 1 >>%s" % (path, path, path))
    said = apt("install", package("tactus"), "2>&1", more="--reinstall")
    check_equal("both go on", processes(), before)
    check("... and apt says so", said.count("was not restarted") == 2, said)
    for path in (CONFIGURATION, HALL):
        shell("mv %s.right %s" % (path, path))
    apt("install", package("tactus"), more="--reinstall")
    after = processes()
    check("when they are mended, both are started again",
          "0" not in after and not set(before) & set(after), "%s, %s" % (before, after))
    shell("systemctl stop tactus@hall")


@after_reboot
def up_again_by_itself():
    comes_true("it runs after the reboot", 10, runs)
    comes_true("... and so does its instance", 10,
               lambda: property_of("ActiveState", "tactus@hall") == "active")
    one = kept(UsbMidi("Lab MIDI")).plug()
    comes_true("a device is attached", 4, is_synth_up)
    check_equal("nothing is sent to it", bytes(one.history), b"")
    before = journal(-1)
    check("the journal of the boot before says that it stopped", "Stopped." in before)
    check("... and that nothing was left sounding", "still sound" not in before)


@after_reboot
def removed_and_purged():
    apt("remove", "tactus", "tactus-midi")
    check("the daemon has ended", not runs())
    check_equal("... and its instance", property_of("ActiveState", "tactus@hall"), "inactive")
    check("... which stays enabled", os.path.islink(LINK_OF_HALL))
    check("its program is gone", not os.path.exists("/usr/bin/tactus"))
    check("its configuration stays", os.path.exists(CONFIGURATION))
    apt("purge", "tactus", "tactus-midi", "tactus-monitoring")
    check("a purge removes that too", not os.path.exists(CONFIGURATION))
    check("... and no instance is enabled any more", not os.path.islink(LINK_OF_HALL))
    check("what the operator wrote stays", os.path.exists(HALL))
    shell("rm -r /etc/tactus")
    left = shell("find / -xdev -name '*tactus*' -not -path '/lab/*' -not -path '/var/log/*'"
                 " -not -path '/tmp/*' -not -path '/proc/*' -not -path '/run/*'")
    check_equal("nothing of it is left", left, "")


back = Listener()
run_parts_and_reboot("/var/lib/lab-has-rebooted")

# SPDX-License-Identifier: MIT
"""The installed service: its unit, its drop-ins, what systemd and the journal say of it."""
import os
import shutil

from checks import check, check_within, note, shell
from daemon import Daemon

PACKAGING = "/lab/units"
UNITS = "/usr/lib/systemd/system"
DROP_INS = "/etc/systemd/system/tactus.service.d"
FILE = "/etc/tactus/tactus.toml"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def drop_in(name, text):
    write("%s/%s.conf" % (DROP_INS, name), text)
    shell("systemctl daemon-reload")


def remove_drop_in(name):
    os.remove("%s/%s.conf" % (DROP_INS, name))
    shell("systemctl daemon-reload")


def state(unit="tactus"):
    wanted = "ActiveState,SubState,Result,NRestarts,MainPID,ExecMainStatus,StatusText"
    return dict(line.split("=", 1)
                for line in shell("systemctl show %s -p %s" % (unit, wanted)).splitlines())


def journal(since=None):
    """What the service said, and systemd of it."""
    return shell("journalctl -b -u tactus -o cat --no-pager" +
                 (" --since=@%f" % since if since else ""))


def systemctl(*words):
    said = shell("systemctl " + " ".join(words) + " 2>&1 || echo failed", False)
    return check("systemctl " + " ".join(words), "failed" not in said, said + journal()[-1500:])


def comes_true(what, seconds, condition):
    return check_within(what, seconds, condition) or note(state()) or note(journal()[-3000:])


def is_synth_up():
    return Daemon.metrics().get('tactus_output_up{output="synth"}') == 1


def is_back(process):
    """Another process of the service runs than that one."""
    return state()["MainPID"] not in (process, "0") and state()["ActiveState"] == "active"


def install():
    """What a package does. The program stays where it is: to copy it would take longer."""
    for mounted, at in (("bin/tactus", "/usr/bin/tactus"), ("lib/tactus", "/usr/lib/tactus")):
        if os.path.isdir("/lab/tactus/" + mounted):
            os.makedirs(at, exist_ok=True)
        else:
            write(at, "")
        shell("mount --bind /lab/tactus/%s %s" % (mounted, at))
    for unit in ("tactus.service", "tactus@.service"):
        shutil.copy("%s/systemd/%s" % (PACKAGING, unit), UNITS)
    write("/usr/share/tactus/tactus.schema.json", "{}")
    # A machine that is emulated while others work takes its time; nothing else is changed.
    drop_in("lab", "[Service]\nTimeoutStartSec=10min\nTimeoutStopSec=5min\nWatchdogSec=60s\n")

# SPDX-License-Identifier: MIT
"""Parts of a case, their checks, and the status that the case ends with.

    @part
    def a_device_comes_late(): ...      # check(what, is_right); what it made with kept() is ended
    run_parts()                         # all, or those that the command line names

A part that raises has failed, and the next one begins afresh. Of one with an exemption a check must
fail, or it could not be tried: else the exemption is stale, and that is what has failed.
"""
import argparse
import os
import subprocess
import sys
import time
import traceback

# Else on the machine of whoever runs it, where others have ports and JACK servers of their own.
IS_IN_LAB = "LAB_ACCEL" in os.environ
# An emulated machine is up to 50 times slower than the processor, and the machine that emulates it
# may have other work: what takes a second of its own time at most is then given ten.
SLOWNESS = 10 if os.environ.get("LAB_ACCEL", "tcg") == "tcg" else 1
SLOW_END_S = 3
PATIENCE_S = 3 * SLOWNESS  # with what must come
SHOWN_BYTES = 40

_parts = {}
_after_reboot = set()
_exemptions = {}  # why a part fails, by its name
_failed = []
_kept = []
_said = []  # by the part that runs; shown where it fails, or where --all asks for it


class Impossible(Exception):
    """What a part asks for cannot be tried here."""


def part(function, exemption=None):
    _parts[function.__name__] = function
    if exemption:
        _exemptions[function.__name__] = exemption
    return function


def after_reboot(function):
    """A part for the machine after its reboot; see run_parts_and_reboot()."""
    _after_reboot.add(function.__name__)
    return part(function)


def kept(thing):
    """`thing.end()` is called at the end of the part, the last one's first."""
    _kept.append(thing)
    return thing


def outlasting(thing):
    """What was kept, but is ended by its owner, not with the part."""
    _kept.remove(thing)
    return thing


def check(what, is_right, more=""):
    _said.append("%s  %s%s" % ("ok  " if is_right else "FAIL", what,
                               "   [%s]" % more if more else ""))
    if not is_right:
        _failed.append(what)
    return is_right


def check_equal(what, got, right):
    return check(what, got == right, "" if got == right else difference(got, right))


def difference(got, right):
    """Of long bytes, what stands around the first difference."""
    begin = 0
    if isinstance(got, bytes) and isinstance(right, bytes):
        same = len(os.path.commonprefix([got, right]))
        begin = max(0, same - 8) if max(len(got), len(right)) > SHOWN_BYTES else 0
    where = "from byte %d on, " % begin if begin > 0 else ""
    return "%s%s, not %s" % (where, shown(got[begin:] if begin else got),
                             shown(right[begin:] if begin else right))


def note(*what):
    _said.append(" ".join(["     ", *map(str, what)]))


def shown(value, limit=SHOWN_BYTES):
    if not isinstance(value, (bytes, bytearray)):
        text = repr(value)
        return text if len(text) <= 400 else text[:400] + "... (%d characters)" % len(text)
    more = "... (%d bytes)" % len(value) if len(value) > limit else ""
    return (value[:limit].hex(" ") or "nothing") + more


def wait_for(condition, timeout=PATIENCE_S, every=0.03):
    """Seconds until `condition()` was true; None where it was not within `timeout`."""
    begin = time.monotonic()
    while True:
        if condition():
            return time.monotonic() - begin
        if time.monotonic() - begin > timeout:
            return None
        time.sleep(every)


def check_within(what, seconds, condition):
    """Waits for as long as an emulated machine may take for `seconds`."""
    took = wait_for(condition, seconds * SLOWNESS)
    return check(what, took is not None, "%.2f s" % took if took is not None else
                 "not within %.1f s" % (seconds * SLOWNESS))


def shell(command, is_needed=True):
    ran = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True)
    if is_needed and ran.returncode != 0:
        raise RuntimeError("%s: status %d: %s" % (command, ran.returncode, ran.stdout))
    return ran.stdout


def _end_kept():
    while _kept:
        thing, begin = _kept.pop(), time.monotonic()
        try:
            thing.end()
            if time.monotonic() - begin > SLOW_END_S:
                note("%s took %.1f s to end" % (type(thing).__name__, time.monotonic() - begin))
        except Exception:  # what one thing cannot end is no reason to leave the others
            check("%s ends" % type(thing).__name__, False, traceback.format_exc(limit=-2))


def _run_part(name, is_all_shown):
    _said.clear()
    begin, before = time.monotonic(), len(_failed)
    exemption = _exemptions.get(name)
    try:
        _parts[name]()
    except Impossible as why:
        check("it can be tried", False, str(why))
    except Exception:
        check("%s runs to its end" % name, False, traceback.format_exc(limit=-3))
        exemption = None  # it is from no check
    if exemption:
        has_failed = len(_failed) > before
        del _failed[before:]
        if not has_failed:
            check("it fails, as its exemption says", False, exemption)
    if len(_failed) > before:
        for thing in _kept:
            if hasattr(thing, "explain"):
                thing.explain()
    _end_kept()
    is_right = len(_failed) == before
    print("%s  %s   [%.1f s]%s" % ("ok  " if is_right else "FAIL", name.replace("_", " "),
                                   time.monotonic() - begin,
                                   "   exempt: " + exemption if exemption else ""))
    if not is_right or is_all_shown:
        print("\n".join("      " + line for line in _said))


def options(**defaults):
    """The options of a case, as --count 20; defaults tell their types."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", choices=[[], *_parts] if _parts else None)
    parser.add_argument("--all", action="store_true", help="show checks that pass, too")
    for name, value in defaults.items():
        parser.add_argument("--" + name, type=type(value), default=value)
    return parser.parse_args()


def run_parts(**defaults):
    asked = options(**defaults)
    for name in asked.parts or list(_parts):
        _run_part(name, asked.all)
    _end(len(_failed))


def run_parts_and_reboot(mark):
    """Parts before @after_reboot, a reboot of the machine, the parts behind it. `mark` is a file
    that outlasts the reboot."""
    asked = options()
    names = [name for name in asked.parts or list(_parts)]
    if not os.path.exists(mark):
        for name in (each for each in names if each not in _after_reboot):
            _run_part(name, asked.all)
        with open(mark, "w") as file:
            file.write("%d" % len(_failed))
        if any(each in _after_reboot for each in names):
            _reboot()
        _end(len(_failed))
    with open(mark) as file:
        failed_before = int(file.read())
    for name in (each for each in names if each in _after_reboot):
        _run_part(name, asked.all)
    _end(failed_before + len(_failed))


def _reboot():
    # The unit of the case must not switch the machine off when it is stopped.
    drop_in = "/run/systemd/system/lab.service.d"
    os.makedirs(drop_in)
    with open(drop_in + "/reboot.conf", "w") as file:
        file.write("[Unit]\nSuccessAction=none\nFailureAction=none\n")
    shell("systemctl daemon-reload")
    print("the machine reboots", flush=True)
    shell("systemctl --no-block reboot")
    time.sleep(60 * SLOWNESS)
    print("FAIL  the machine did not reboot")
    _end(1)


def _end(failed):
    print("%d checks failed" % failed if failed else "all passed")
    sys.exit(1 if failed else 0)

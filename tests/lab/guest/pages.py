# SPDX-License-Identifier: MIT
"""Blocks of a document that the lab runs for tests/docs, which has the same rules for outputs.

In a block of `console`, `$ ` begins a command, and what follows is its output, in which `...`
stands for any text, alone in a line for any lines. In one of `sh` each line is a command. A command
ends with 0, unless a line of its output is shown.
"""
import os
import re
import subprocess
import time

from checks import SLOWNESS, check

FOLDER = "/lab/work/pages"
COMMAND_S = 6 * SLOWNESS


def steps_of(path, case):
    """[(place, command, lines of output or None)] of all blocks that `case` runs."""
    with open(os.path.join(FOLDER, path)) as page:
        lines = page.read().splitlines()
    steps, at = [], 0
    while at < len(lines):
        if lines[at].strip() == "<!-- run by: tests/lab/cases/%s -->" % case:
            end = next(i for i in range(at + 2, len(lines)) if lines[i].strip() == "```")
            kind = lines[at + 1].strip().removeprefix("```")
            steps += _steps_in(kind, path, at + 2, lines[at + 2 : end])
            at = end
        at += 1
    return steps


def _steps_in(kind, path, first, lines):
    steps, goes_on = [], False
    for number, line in enumerate(lines, first + 1):
        if goes_on:
            place, command, output = steps[-1]
            steps[-1] = (place, command + "\n" + line, output)
        elif kind == "sh" or line.startswith("$ "):
            steps.append(("%s:%d" % (path, number), line.removeprefix("$ "), []))
        else:
            steps[-1][2].append(line)
            continue
        goes_on = line.endswith("\\")
    return [step for step in steps if step[1].strip() and not step[1].startswith("#")]


def line_matches(expected, came):
    return re.fullmatch(".*".join(map(re.escape, expected.split("..."))), came) is not None


def difference(expected, came):
    """The first line that is not as expected; None where all are."""
    at, may_skip = 0, False
    for line in expected:
        if line.strip() == "...":
            may_skip = True
            continue
        while may_skip and at < len(came) and not line_matches(line, came[at]):
            at += 1
        if at == len(came) or not line_matches(line, came[at]):
            return "expected: %s; came: %s" % (line, came[at] if at < len(came) else "nothing more")
        at, may_skip = at + 1, False
    return None if may_skip or at == len(came) else "not expected: " + came[at]


def run_step(step):
    place, command, output = step
    what, begin = "%s $ %s" % (place, command), time.monotonic()
    try:
        ran = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                             cwd="/root", timeout=COMMAND_S)
    except subprocess.TimeoutExpired as late:
        return check(what, False, "it did not end; it said: %s" % late.stdout)
    came = ran.stdout.splitlines()
    wrong = difference(output, came) if output else None
    is_told = any(line.strip() != "..." for line in output)
    if not is_told and ran.returncode != 0:
        wrong = "it ends with %d" % ran.returncode
    return check(what, wrong is None, "%.1f s" % (time.monotonic() - begin) if wrong is None else
                 wrong + "\n" + "\n".join("        | " + each for each in came))

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The pages for operators, line by line, on a machine that was just booted:
lab run --init systemd --units packaging --page packaging/README.md --page README.md operators.py"""
import glob
import os
import re
import shutil
import urllib.request

from checks import check, check_equal, part, run_parts, shell
from pages import FOLDER, run_step, steps_of
from service import PACKAGING, install, journal

EXAMPLES = "/usr/share/doc/tactus/packaging/systemd/examples"


def run_page(path):
    steps = steps_of(path, "operators.py")
    check("%s has lines to run" % path, len(steps) > 0)
    for step in steps:
        if not run_step(step):
            check("... what systemd and the journal say", True, journal()[-1500:])


def install_as_packages_do():
    install()
    os.makedirs("/etc/tactus", exist_ok=True)
    shutil.copy(PACKAGING + "/tactus.toml", "/etc/tactus/")
    shutil.copytree(PACKAGING + "/systemd/examples", EXAMPLES)


@part
def the_first_page():
    shell("systemctl enable --now tactus") # as apt does
    run_page("README.md")
    with open(os.path.join(FOLDER, "README.md")) as page:
        address = re.search(r"`(http://127\.0\.0\.1:\d+/)` shows", page.read())
    with urllib.request.urlopen(address[1], timeout=30) as shown:
        check("the page in a browser is there", b"<html" in shown.read().lower())


@part
def the_page_of_the_service():
    shell("systemctl disable --now tactus")
    run_page("packaging/README.md")


@part
def the_examples():
    """What their first lines say of their places is true, and systemd takes each of them."""
    names = [os.path.basename(each) for each in glob.glob(EXAMPLES + "/*")]
    with open(os.path.join(FOLDER, "packaging/README.md")) as page:
        told = set(re.findall(r"`([\w-]+\.(?:conf|socket))`", page.read()))
    check_equal("the page lists them all", told, set(names))


install_as_packages_do()
run_parts()

# SPDX-License-Identifier: MIT
"""Names of USB devices at their bus."""
import glob
import os

from checks import wait_for


def bus_name(serial):
    """As 1-2: the bus and the way through its hubs. Waits for the device."""
    found = []

    def is_there():
        found[:] = [os.path.basename(os.path.dirname(path))
                    for path in glob.glob("/sys/bus/usb/devices/*/serial")
                    if _text(path) == serial]
        return found

    if wait_for(is_there) is None:
        raise RuntimeError("there is no USB device " + serial)
    return found[0]


def _text(path):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return None # unplugged meanwhile

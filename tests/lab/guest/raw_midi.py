# SPDX-License-Identifier: MIT
"""/dev/snd/midiC?D? of a virmidi card: the other end of its port at the sequencer.

It has a buffer of 4096 bytes, which a thread empties; what comes while it is not open is lost.
"""
import glob
import os
import re
import select
import threading

from checks import PATIENCE_S, wait_for
from midi_bytes import MessageReader


class RawMidi:
    def __init__(self, path):
        self.descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self._got = bytearray()
        self._running = MessageReader()
        self._is_open = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while self._is_open:
            if not select.select([self.descriptor], [], [], 0.1)[0]:
                continue
            try:
                self._got += os.read(self.descriptor, 65536)
            except BlockingIOError:
                pass
            except OSError:
                return  # the card is gone

    def received(self, at_least=0, timeout=PATIENCE_S):
        """With running status, as ALSA has it; without what was taken before."""
        wait_for(lambda: len(self._got) >= at_least, timeout)
        got = bytes(self._got)
        del self._got[: len(got)]
        return got

    def receives(self, right, timeout=PATIENCE_S):
        """What has come, without running status, when that is as long as `right` or the time is
        over. Not to be mixed with received() while running status may be on its way."""
        got = b""

        def is_there():
            nonlocal got
            got += b"".join(self._running.feed(self.received()))
            return len(got) >= len(right)

        wait_for(is_there, timeout)
        return got

    def send(self, message):
        view = memoryview(bytes(message))
        while view:
            select.select([], [self.descriptor], [], 2)
            try:
                view = view[os.write(self.descriptor, view) :]
            except BlockingIOError:
                pass

    def send_as_it_is_read(self, message, pieces=4096):
        """No faster than programs read it: what their pools have no room for is lost."""
        for at in range(0, len(message), pieces):
            self.send(message[at : at + pieces])
            wait_for(_is_read, every=0.005)

    def end(self):
        if self._is_open:
            self._is_open = False
            self._reader.join()
            os.close(self.descriptor)


def _is_read():
    """Nothing waits in the drivers' buffers for programs, nor in the sequencer for programs."""
    with open("/proc/asound/seq/clients") as clients:
        waiting = re.findall(r"Input pool.*?Cells in use *: (\d+)", clients.read(), re.DOTALL)
    for path in glob.glob("/proc/asound/card*/midi*"):
        with open(path) as status:
            outputs = status.read().split("Input ")[0]
        waiting += [int(size) - int(free) for size, free in
                    re.findall(r"Buffer size *: (\d+)\n *Avail *: (\d+)", outputs)]
    return not any(map(int, waiting))

# SPDX-License-Identifier: MIT
"""/dev/snd/midiC?D? of a virmidi card: the other end of its port at the sequencer.

It has a buffer of 4096 bytes, which a thread empties; what comes while it is not open is lost.
"""
import os
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

    def end(self):
        if self._is_open:
            self._is_open = False
            self._reader.join()
            os.close(self.descriptor)

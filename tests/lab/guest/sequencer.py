# SPDX-License-Identifier: MIT
"""Clients of ALSA's sequencer with names, pools and ports of our choice, by ctypes on libasound.

    synth = Client("Soft Synth")          # a program; pool=200 cells are what most programs have
    synth.received(at_least=3)            # a thread reads, unless is_reading is False
    synth.send(b"\\x90\\x3c\\x40")        # from its port, to whoever subscribed
"""
import ctypes
import os
import select
import struct
import threading
import time

from checks import PATIENCE_S, wait_for

lib = ctypes.CDLL("libasound.so.2")
READ, WRITE, SUBSCRIBE_READ, SUBSCRIBE_WRITE = 1, 2, 1 << 5, 1 << 6
GENERIC, APPLICATION = 1 << 1, 1 << 20
NONBLOCK, DUPLEX = 1, 3
TO_SUBSCRIBERS, UNKNOWN_PORT, DIRECT = 254, 253, 253
PORT_START, SYSEX = 63, 130
VARIABLE_LENGTH = 1 << 2
LONGEST = 131072
EAGAIN, ENOSPC = 11, 28

for _name in ("snd_midi_event_encode", "snd_midi_event_decode"):
    getattr(lib, _name).restype = ctypes.c_long


def _right(result):
    if result < 0:
        raise OSError(-result, os.strerror(-result))
    return result


class Client:
    def __init__(self, name, pool=2000, ports=("midi",), can_read=True, can_write=True):
        """can_read, can_write: what others can do with its ports."""
        self._handle, self._coder = ctypes.c_void_p(), ctypes.c_void_p()
        _right(lib.snd_seq_open(ctypes.byref(self._handle), b"default", DUPLEX, NONBLOCK))
        lib.snd_seq_set_client_name(self._handle, name.encode())
        lib.snd_seq_set_client_pool_input(self._handle, pool)
        lib.snd_seq_set_output_buffer_size(self._handle, ctypes.c_size_t(2 * LONGEST))
        lib.snd_seq_set_input_buffer_size(self._handle, ctypes.c_size_t(2 * LONGEST))
        self.id = lib.snd_seq_client_id(self._handle)
        _right(lib.snd_midi_event_new(LONGEST, ctypes.byref(self._coder)))
        lib.snd_midi_event_no_status(self._coder, 1)
        allowed = READ | SUBSCRIBE_READ if can_read else 0
        allowed |= WRITE | SUBSCRIBE_WRITE if can_write else 0
        for each in ports:
            _right(lib.snd_seq_create_simple_port(self._handle, each.encode(), allowed,
                                                  GENERIC | APPLICATION))
        self.overruns = 0  # times that we read too late
        self.starts = []   # (moment, client): ports that the kernel announced
        self.events = 0
        self.is_reading = True
        self._got = bytearray()
        self._is_open = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def hear_announcements(self):
        _right(lib.snd_seq_connect_from(self._handle, 0, 0, 1))
        return self

    def connect_from(self, client, port=0):
        _right(lib.snd_seq_connect_from(self._handle, 0, client, port))

    def connect_to(self, client, port=0):
        _right(lib.snd_seq_connect_to(self._handle, 0, client, port))

    def send(self, message, port=0):
        """One message to all subscribers. Returns 0, or an errno of libasound's."""
        event = (ctypes.c_ubyte * 28)()
        buffer = (ctypes.c_ubyte * len(message)).from_buffer_copy(message)
        coder = ctypes.c_void_p()
        _right(lib.snd_midi_event_new(len(message), ctypes.byref(coder)))
        taken = lib.snd_midi_event_encode(coder, buffer, ctypes.c_long(len(message)), event)
        assert taken == len(message), (taken, len(message))
        event[3], event[12], event[13] = DIRECT, self.id, port
        event[14], event[15] = TO_SUBSCRIBERS, UNKNOWN_PORT
        result = lib.snd_seq_event_output_direct(self._handle, event)
        lib.snd_midi_event_free(coder)
        return max(-result, 0)

    def send_piece(self, piece):
        """Of a SysEx, without its begin or its end."""
        buffer = (ctypes.c_ubyte * len(piece)).from_buffer_copy(piece)
        event = (ctypes.c_ubyte * 28).from_buffer_copy(struct.pack(
            "<BB10xBBBBIQ", SYSEX, VARIABLE_LENGTH, self.id, 0, TO_SUBSCRIBERS, UNKNOWN_PORT,
            len(piece), ctypes.addressof(buffer)))
        event[3] = DIRECT
        return max(-lib.snd_seq_event_output_direct(self._handle, event), 0)

    def received(self, at_least=0, timeout=PATIENCE_S):
        wait_for(lambda: len(self._got) >= at_least, timeout)
        got = bytes(self._got)
        del self._got[: len(got)]
        return got

    def _read(self):
        poll = select.poll()
        descriptors = (ctypes.c_ubyte * 8)()
        lib.snd_seq_poll_descriptors(self._handle, descriptors, 1, 1)
        poll.register(struct.unpack("i", bytes(descriptors[:4]))[0], select.POLLIN)
        out = (ctypes.c_ubyte * LONGEST)()
        event = ctypes.c_void_p()
        while self._is_open:
            if not self.is_reading:
                time.sleep(0.02)
                continue
            result = lib.snd_seq_event_input(self._handle, ctypes.byref(event))
            if result == -EAGAIN:
                poll.poll(50)
            elif result == -ENOSPC:
                self.overruns += 1
            elif result >= 0:
                self._take(event, out)

    def _take(self, event, out):
        head = ctypes.string_at(event, 28)
        if head[0] == PORT_START:
            self.starts.append((time.monotonic(), head[16]))
            return
        size = lib.snd_midi_event_decode(self._coder, out, ctypes.c_long(LONGEST), event)
        if size > 0:
            self.events += 1
            self._got += ctypes.string_at(out, size)

    def end(self):
        if self._is_open:
            self._is_open = False
            self._reader.join()
            lib.snd_midi_event_free(self._coder)
            lib.snd_seq_close(self._handle)


def queues():
    """Of the 32 that the kernel has: how many are taken."""
    try:
        with open("/proc/asound/seq/queues") as page:
            return sum(line.startswith("queue") for line in page)
    except OSError:
        return 0


def ports():
    """[(client, its name, port, its name)] of all clients."""
    found = []
    try:
        with open("/proc/asound/seq/clients") as page:
            lines = page.read().splitlines()
    except OSError:
        return [] # nobody has loaded the sequencer yet
    for line in lines:
        words = line.split()
        if line.startswith("Client ") and words[1].isdigit():
            client, name = int(words[1]), line[line.index('"') + 1 : line.rindex('"')]
        elif line.startswith("  Port "):
            found.append((client, name, int(words[1]), line[line.index('"') + 1 :
                                                            line.rindex('"')]))
    return found


def own_port(name):
    """(client, port) of the daemon whose name has `name` in it."""
    return next(((client, port) for client, client_name, port, port_name in ports()
                 if name in port_name and client_name.startswith("tactus")), None)

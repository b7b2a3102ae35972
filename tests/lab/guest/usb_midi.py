# SPDX-License-Identifier: MIT
"""A USB MIDI device that is made of nothing but Python.

It speaks USB/IP to the kernel's vhci-hcd over a socket pair in this process: no usbip program, no
server, no network. The kernel's own USB core enumerates it, udev loads snd-usb-audio for it, and
unplugging it is a true USB disconnect.

    d = UsbMidi("nanoKONTROL", serial="A1", cables=1).plug()
    d.send(b"\\x90\\x3c\\x40")       # the device plays: MIDI in for the computer
    d.received(at_least=3)          # what the computer sent to it since the last call
    d.is_stuck = True               # takes nothing any more (the bus answers NAK)
    d.unplug()                      # pulled out; d.plug() plugs it in again
    d.history                       # all that it ever got, also before it was unplugged
"""
import glob
import os
import re
import socket
import struct
import threading
import time

import usb_descriptors
from checks import PATIENCE_S, note, shell, wait_for
from usb_packets import packets_of, parts_of, size_of

CONTROLLER = "/sys/devices/platform/vhci_hcd.0"
FULL_SPEED, HIGH_SPEED = 2, 3
PACKET_SIZES = {FULL_SPEED: 64, HIGH_SPEED: 512}
HEADER = struct.Struct(">IIIII28s")
SUBMIT_ANSWER, UNLINK, UNLINK_ANSWER = 3, 2, 4
EPIPE, ECONNRESET = 32, 104
LAUNCHPAD = (0x1235, 0x000E)


def raw_usb_midi(serial):
    """A device that Linux sends MIDI to as it is, without packets (snd-usb-audio's quirks)."""
    return UsbMidi("Launchpad", serial, cables=0, ids=LAUNCHPAD)


class UsbMidi:
    def __init__(self, product, serial="0001", cables=1, maker="tactus", ids=(0x1209, 0x0001),
                 speed=FULL_SPEED):
        self.texts = [maker, product, serial]
        self.ids, self.cables = ids, cables
        self.speed = speed          # HIGH_SPEED: eight times as much in a packet
        self.is_stuck = False       # True: OUT transfers are not completed
        self.out_delay = 0.0        # seconds that each OUT transfer takes
        self.first_out = None       # moment of the first byte since it was plugged in
        self.longest_silence = 0    # seconds between two OUT transfers
        self._last_out = None
        self.history = bytearray()
        self.port = None            # of the controller; fixed after the first plug()
        self._lock = threading.Lock()
        self._socket = None
        self._waiting_in = []       # (number, size): IN transfers that wait for data
        self._waiting_out = []      # (number, content): OUT transfers that it does not take yet
        self._to_host = bytearray()
        self._got = {cable: bytearray() for cable in range(16)}

    # -- plugging -----------------------------------------------------------------------------

    def plug(self):
        """Into the socket that it was in before, if that is free, as a user would."""
        shell("modprobe vhci-hcd")
        # Linux gives a device that went with MIDI in its driver's buffer 10 s.
        free = wait_for(lambda: self.port in (None, *_free_ports()))
        self.port = self.port if free is not None and self.port is not None else _free_ports()[0]
        return self.plug_into(self.port)

    def plug_into(self, port):
        self.port = port
        ours, kernels = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._waiting_in, self._waiting_out, self._to_host = [], [], bytearray()
        self._socket, self.first_out = ours, None
        threading.Thread(target=self._serve, args=(ours,), daemon=True).start()
        with open(CONTROLLER + "/attach", "w") as attach:
            attach.write("%d %d %d %d" % (port, kernels.fileno(), 1 << 16 | port + 1, self.speed))
        kernels.close()
        return self

    def unplug(self):
        """The kernel ends the connection; if we did so too, it might take that for the next one's
        end."""
        self._socket = None
        with open(CONTROLLER + "/detach", "w") as detach:
            detach.write(str(self.port))

    def cut(self):
        """The cable is cut: the connection ends without a word."""
        ended, self._socket = self._socket, None
        ended.shutdown(socket.SHUT_RDWR)

    def end(self):
        """Returns when Linux has let go of it: its ports are none of the next device's then."""
        if self._socket is not None:
            self.unstick()
            self.unplug()
            wait_for(lambda: self.port in _free_ports() and not self._is_on_the_bus())

    def _is_on_the_bus(self):
        return glob.glob("%s/usb*/*-%d" % (CONTROLLER, self.port + 1)) != []

    def explain(self):
        note("usb|", self.texts, "port", self.port, "free:", _free_ports())
        for line in shell("dmesg | grep -E 'usb|snd' | tail -n 5", False).splitlines():
            note("usb|", line)

    # -- MIDI ---------------------------------------------------------------------------------

    def send(self, message, cable=0):
        with self._lock:
            self._to_host += packets_of(bytes(message), cable)
            self._feed()

    def send_as_it_is_read(self, message, pieces=1024, limit=None):
        """No faster than the kernel comes to empty its driver's buffer, which has 4096 bytes:
        a real device is so slow, an emulated one in an emulated machine is not. Of `message` no
        more than limit() bytes, for as long as patience lasts."""
        packets, begun = packets_of(bytes(message), 0), 0
        for at in range(0, len(packets), pieces):
            piece = packets[at : at + pieces]
            begun += size_of(piece)
            if limit is not None:
                wait_for(lambda: begun <= limit(), every=0.002)
            wanted = _read_by_kernel() + size_of(piece)
            with self._lock:
                self._to_host += piece
                self._feed()
            wait_for(lambda: _read_by_kernel() >= wanted, every=0.002)

    def received(self, cable=0, at_least=0, timeout=PATIENCE_S):
        wait_for(lambda: len(self._got[cable]) >= at_least, timeout, 0.005)
        with self._lock:
            got = bytes(self._got[cable])
            self._got[cable].clear()
        return got

    def receives(self, wanted, timeout=PATIENCE_S):
        """What came until `wanted` was among it, or the time was over."""
        wait_for(lambda: wanted in self._got[0], timeout, 0.005)
        return self.received()

    def unstick(self):
        with self._lock:
            self.is_stuck = False
            for number, content in self._waiting_out:
                self._take(content)
                self._answer(number, 0, len(content))
            self._waiting_out.clear()

    # -- USB/IP -------------------------------------------------------------------------------

    def _answer(self, number, status, actual, content=b"", command=SUBMIT_ANSWER):
        rest = struct.pack(">iiiii", status, actual, 0, 0, 0) + bytes(8)
        try:
            self._socket.sendall(HEADER.pack(command, number, 0, 0, 0, rest) + content)
        except (OSError, AttributeError):
            pass  # unplugged meanwhile

    def _feed(self):
        while self._to_host and self._waiting_in:
            number, size = self._waiting_in.pop(0)
            content = bytes(self._to_host[: min(size, PACKET_SIZES[self.speed])])
            del self._to_host[: len(content)]
            self._answer(number, 0, len(content), content)

    def _take(self, content):
        now = time.monotonic()
        self.first_out = self.first_out or now
        self.longest_silence = max(self.longest_silence, now - (self._last_out or now))
        self._last_out = now
        if self.cables == 0:
            self._got[0] += content
            self.history += content
            return
        for cable, part in parts_of(content):
            self._got[cable] += part
            if cable == 0:
                self.history += part

    def _serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            try:
                while self._serve_one(stream):
                    pass
            except (OSError, ValueError):
                pass # cut

    def _serve_one(self, stream):
        header = stream.read(HEADER.size)
        if len(header) < HEADER.size:
            return False
        command, number, _device, is_in, end, rest = HEADER.unpack(header)
        if command == UNLINK:
            self._unlink(number, struct.unpack(">I", rest[:4])[0])
            return True
        _flags, size, _start, _packets, _interval = struct.unpack(">IiiiI", rest[:20])
        content = b"" if is_in else stream.read(size)
        if self.out_delay and end == 1 and not is_in:
            time.sleep(self.out_delay)
        with self._lock:
            if end == 0:
                self._control(number, is_in, size, rest[20:28])
            else:
                self._submit(number, is_in, size, content)
        return True

    def _control(self, number, is_in, size, setup):
        answer = usb_descriptors.answer(setup, self.texts, self.ids, self.cables,
                                        PACKET_SIZES[self.speed])
        if answer is None:
            self._answer(number, -EPIPE, 0)
        else:
            self._answer(number, 0, len(answer) if is_in else size, answer if is_in else b"")

    def _submit(self, number, is_in, size, content):
        if is_in:
            self._waiting_in.append((number, size))
            self._feed()
        elif self.is_stuck:
            self._waiting_out.append((number, content))
        else:
            self._take(content)
            self._answer(number, 0, size)

    def _unlink(self, number, victim):
        with self._lock:
            status = 0
            for waiting in (self._waiting_in, self._waiting_out):
                for each in list(waiting):
                    if each[0] == victim:
                        waiting.remove(each)
                        status = -ECONNRESET
            self._answer(number, status, 0, command=UNLINK_ANSWER)


def _free_ports():
    if not os.path.exists(CONTROLLER):
        return []
    with open(CONTROLLER + "/status") as status:
        lines = [line.split() for line in status.read().splitlines()[1:]]
    return [int(each[1]) for each in lines if each[0] == "hs" and each[2] == "004"]


def _read_by_kernel():
    """Bytes that have come from all devices and do not wait in their drivers any more."""
    total = 0
    for path in glob.glob("/proc/asound/card*/midi*"):
        with open(path) as status:
            for input_of_it in status.read().split("Input ")[1:]:
                counts = dict(re.findall(r"^  (\w+) .*: (\d+)$", input_of_it, re.M))
                total += int(counts["Rx"]) - int(counts.get("Avail", 0))
    return total

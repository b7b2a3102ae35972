# SPDX-License-Identifier: MIT
"""OSC over TCP, which loses nothing however slow the machine is.

`Desk` plays to the daemon's input "desk", `Listener` hears its output "back".
"""
import socket
import struct
import threading

from checks import IS_IN_LAB, PATIENCE_S, wait_for


def usable_port(number):
    """That one in the lab, where nobody else is; else one that is free now."""
    if IS_IN_LAB:
        return number
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


DESK_PORT, BACK_PORT = usable_port(9101), usable_port(9201)


def _padded(text):
    return text + bytes(-len(text) % 4)


def encode(address, *args):
    tags, body = ",", b""
    for each in args:
        if isinstance(each, int):
            tags, body = tags + "i", body + struct.pack(">i", each)
        elif isinstance(each, (bytes, bytearray)):
            tags, body = tags + "b", body + struct.pack(">I", len(each)) + _padded(bytes(each))
        else:
            tags, body = tags + "s", body + _padded(each.encode() + b"\0")
    return _padded(address.encode() + b"\0") + _padded(tags.encode() + b"\0") + body


def decode(packet):
    """(address, arguments) of one message."""

    def text(at):
        end = packet.index(b"\0", at)
        return packet[at:end].decode(), at + (end - at) // 4 * 4 + 4

    address, at = text(0)
    tags, at = text(at)
    args = []
    for tag in tags[1:]:
        value, size = None, 0
        if tag == "s":
            value, after = text(at)
            size = after - at
        elif tag == "b":
            length = struct.unpack_from(">I", packet, at)[0]
            value, size = packet[at + 4 : at + 4 + length], 4 + (length + 3) // 4 * 4
        elif tag in "ifhd":
            size = 4 if tag in "if" else 8
            value = struct.unpack_from(">" + {"h": "q"}.get(tag, tag), packet, at)[0]
        elif tag == "m":
            value, size = packet[at : at + 4], 4
        elif tag in "TF":
            value = tag == "T"
        args.append(value)
        at += size
    return address, args


class Desk:
    def __init__(self, port=DESK_PORT):
        self.socket = socket.create_connection(("127.0.0.1", port))

    def send(self, address, *args):
        packet = encode(address, *args)
        self.socket.sendall(struct.pack(">I", len(packet)) + packet)

    def note_on(self, note, velocity=100, to="/s"):
        self.send(to + "/note_on", 1, note, velocity)

    def note_off(self, note, to="/s"):
        self.send(to + "/note_off", 1, note, 64)

    def controls(self, count, channel=1, to="/s"):
        """`count` messages of three bytes, all different."""
        for i in range(count):
            self.send(to + "/control_change", channel, i & 0x3F, i >> 6 & 0x7F)

    def end(self):
        self.socket.close()


class Listener:
    """Takes one daemon after the other."""

    def __init__(self, port=BACK_PORT, server=None):
        self.messages = []
        self.due = []  # the time tags of bundles, in s
        self._server = server or socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            threading.Thread(target=self._read, args=(self._server.accept()[0],),
                             daemon=True).start()

    def _read(self, connection):
        stream = connection.makefile("rb")
        while True:
            try:
                size = stream.read(4)
                packet = stream.read(struct.unpack(">I", size)[0]) if len(size) == 4 else b""
            except OSError:
                return
            if not packet:
                return
            self._take(packet)

    def _take(self, packet):
        if not packet.startswith(b"#bundle\0"):
            self.messages.append(decode(packet))
            return
        self.due.append(struct.unpack_from(">Q", packet, 8)[0] / (1 << 32))
        at = 16
        while at < len(packet):
            size = struct.unpack_from(">I", packet, at)[0]
            self._take(packet[at + 4 : at + 4 + size])
            at += 4 + size

    def taken(self, at_least=1, timeout=PATIENCE_S):
        """What has come since the last call; waits until that are `at_least` many."""
        wait_for(lambda: len(self.messages) >= at_least, timeout)
        count = len(self.messages)
        got, self.messages[:count] = self.messages[:count], []
        return got

    def until_quiet(self, quiet_s=2.0):
        """What comes until nothing more has come for a while."""
        got = more = self.taken()
        while more:
            more = self.taken(timeout=quiet_s)
            got += more
        return got

    def clear(self):
        self.messages.clear()


def bundle(packets, unix_time):
    """Messages that are due at one moment."""
    ntp = int((unix_time + 2208988800) * (1 << 32))
    return b"#bundle\0" + struct.pack(">Q", ntp) + b"".join(struct.pack(">I", len(each)) + each
                                                           for each in packets)

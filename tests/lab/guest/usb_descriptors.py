# SPDX-License-Identifier: MIT
"""What a USB MIDI device says of itself: USB 2.0 chapter 9, USB MIDI 1.0 chapter 6."""
import struct

CONTROL_PACKET_SIZE = 64
DEVICE, CONFIGURATION, TEXT = 1, 2, 3
GET_STATUS, GET_DESCRIPTOR, GET_CONFIGURATION, GET_INTERFACE = 0, 6, 8, 10
IN_JACK, OUT_JACK, EMBEDDED, EXTERNAL = 2, 3, 1, 2


def _device(texts, ids):
    serial = 3 if texts[2] else 0
    return struct.pack("<BBHBBBBHHHBBBB", 18, DEVICE, 0x0200, 0, 0, 0, CONTROL_PACKET_SIZE, ids[0],
                       ids[1], 0x0100, 1, 2, serial, 1)


def _in_jack(kind, number):
    return bytes([6, 0x24, IN_JACK, kind, number, 0])


def _out_jack(kind, number, source):
    return bytes([9, 0x24, OUT_JACK, kind, number, 1, source, 1, 0])


def _endpoint(address, jacks, packet_size):
    return (struct.pack("<BBBBHBBB", 9, 5, address, 2, packet_size, 0, 0, 0)
            + bytes([4 + len(jacks), 0x25, 1, len(jacks)]) + bytes(jacks))


def _configuration(cables, packet_size):
    jacks, ins, outs = b"", [], []
    for first in range(1, 4 * cables + 1, 4):
        to_device, external_in, from_device, external_out = range(first, first + 4)
        jacks += _in_jack(EMBEDDED, to_device) + _in_jack(EXTERNAL, external_in)
        jacks += _out_jack(EMBEDDED, from_device, external_in)
        jacks += _out_jack(EXTERNAL, external_out, to_device)
        ins.append(to_device)
        outs.append(from_device)
    ends = _endpoint(0x01, ins, packet_size) + _endpoint(0x81, outs, packet_size)
    stream = struct.pack("<BBBHH", 7, 0x24, 1, 0x0100, 7 + len(jacks) + len(ends))
    control = bytes([9, 4, 0, 0, 0, 1, 1, 0, 0, 9, 0x24, 1, 0, 1, 9, 0, 1, 1])
    body = control + bytes([9, 4, 1, 0, 2, 1, 3, 0, 0]) + stream + jacks + ends
    return struct.pack("<BBHBBBBB", 9, CONFIGURATION, 9 + len(body), 2, 1, 0, 0x80, 50) + body


def _raw_configuration(packet_size):
    """An interface of its maker's, whose driver takes MIDI as it is."""
    ends = b"".join(struct.pack("<BBBBHB", 7, 5, each, 2, packet_size, 0) for each in (0x01, 0x81))
    body = bytes([9, 4, 0, 0, 2, 0xFF, 0, 0, 0]) + ends
    return struct.pack("<BBHBBBBB", 9, CONFIGURATION, 9 + len(body), 1, 1, 0, 0x80, 50) + body


def _text(texts, index):
    content = b"\x09\x04" if index == 0 else texts[index - 1].encode("utf-16-le")
    return bytes([2 + len(content), TEXT]) + content


def answer(setup, texts, ids, cables, packet_size):
    """To a control transfer; None refuses it. A device with no cables has bytes, not packets."""
    kind, request, value, _index, length = struct.unpack("<BBHHH", setup)
    what, index = value >> 8, value & 0xFF
    if kind & 0x80 == 0:
        return b""
    said = None
    if request == GET_DESCRIPTOR and kind & 0x60 == 0:
        if what == DEVICE:
            said = _device(texts, ids)
        elif what == CONFIGURATION and index == 0:
            said = (_configuration(cables, packet_size) if cables
                    else _raw_configuration(packet_size))
        elif what == TEXT and index <= len(texts):
            said = _text(texts, index)
    elif request in (GET_STATUS, GET_CONFIGURATION, GET_INTERFACE):
        said = {GET_STATUS: b"\0\0", GET_CONFIGURATION: b"\1", GET_INTERFACE: b"\0"}[request]
    return None if said is None else said[:length]

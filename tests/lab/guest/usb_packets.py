# SPDX-License-Identifier: MIT
"""MIDI in packets of four bytes, as USB MIDI 1.0 has it (chapter 4)."""
# Table 4-1: bytes of MIDI in a packet by its code index number.
PART_SIZES = [0, 0, 2, 3, 3, 1, 2, 3, 3, 3, 3, 3, 2, 2, 3, 1]
CHANNEL_SIZES = {0x8: 3, 0x9: 3, 0xA: 3, 0xB: 3, 0xC: 2, 0xD: 2, 0xE: 3}
SYSTEM_SIZES = {0xF1: 2, 0xF2: 3, 0xF3: 2, 0xF6: 1}
SYSTEM_CODES = {1: 0x5, 2: 0x2, 3: 0x3}
SYSEX_GOES_ON, SYSEX_ENDS, REAL_TIME = 0x4, 0x4, 0xF


def parts_of(packets):
    """[(cable, its MIDI)], in their order."""
    heads = packets[::4]
    if heads and heads == heads[:1] * len(heads) and heads[0] & 15 == SYSEX_GOES_ON:
        middle = bytearray(packets) # of a dump: at once
        del middle[::4]
        return [(heads[0] >> 4, middle)]
    return [(packets[i] >> 4, packets[i + 1 : i + 1 + PART_SIZES[packets[i] & 15]])
            for i in range(0, len(packets) - 3, 4)]


def size_of(packets):
    """Of the MIDI in them, in bytes."""
    return sum(PART_SIZES[head & 15] for head in packets[::4])


def _packet(cable, code, part):
    return bytes([cable << 4 | code]) + part + bytes(3 - len(part))


def _sysex(cable, message):
    """All its packets at once, since a dump has hundreds of thousands."""
    whole = (len(message) - 1) // 3
    out = bytearray([cable << 4 | SYSEX_GOES_ON, 0, 0, 0] * whole)
    for i in range(3):
        out[i + 1 :: 4] = message[i : 3 * whole : 3]
    end = message[3 * whole :]
    return out + _packet(cable, SYSEX_ENDS + len(end), end)


def packets_of(stream, cable):
    """Of whole messages, all with their status byte."""
    out, i = bytearray(), 0
    while i < len(stream):
        status, size = stream[i], 1
        if status == 0xF0:
            size = stream.index(0xF7, i) + 1 - i
            out += _sysex(cable, stream[i : i + size])
        elif status >= 0xF8:
            out += _packet(cable, REAL_TIME, stream[i : i + 1])
        elif status > 0xF0:
            size = SYSTEM_SIZES[status]
            out += _packet(cable, SYSTEM_CODES[size], stream[i : i + size])
        else:
            size = CHANNEL_SIZES[status >> 4]
            out += _packet(cable, status >> 4, stream[i : i + size])
        i += size
    return bytes(out)

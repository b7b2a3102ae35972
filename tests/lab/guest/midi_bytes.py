# SPDX-License-Identifier: MIT
"""MIDI as bytes: messages with their status spelled out, and the notes that sound after them."""
OPERANDS = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
SYSTEM_OPERANDS = {0xF1: 1, 0xF2: 2, 0xF3: 1}

# Of each kind of message: its OSC address and arguments, and the MIDI that it is.
PLAYED = (
    ("note_on", (1, 60, 100), "903c64"), ("note_off", (1, 60, 64), "803c40"),
    ("note_on", (16, 127, 1), "9f7f01"), ("note_on", (16, 127, 0), "9f7f00"),
    ("control_change", (2, 7, 127), "b1077f"), ("control_change_14", (1, 1, 16383), "b0017fb0217f"),
    ("nrpn", (1, 5, 300), "b06300b06205b00602b0262c"), ("program_change", (3, 12), "c20c"),
    ("pitch_bend", (1, 0), "e00000"), ("pitch_bend", (1, 16383), "e07f7f"),
    ("channel_pressure", (4, 99), "d363"), ("poly_pressure", (4, 60, 1), "a33c01"),
    ("clock", (), "f8"), ("start", (), "fa"), ("continue", (), "fb"), ("stop", (), "fc"),
    *(("raw", (bytes.fromhex(raw),), raw) for raw in ("f105", "f20102", "f309", "f6", "ff", "fe")))


def sysex(size):
    """F0 to F7; no two places near each other have the same byte."""
    return b"\xf0" + bytes((i * 31 + (i >> 7)) & 0x7F for i in range(size - 2)) + b"\xf7"


def note_on(note, velocity=100):
    return bytes([0x90, note, velocity])


def note_off(note):
    return bytes([0x80, note, 64])


class MessageReader:
    """Cuts a stream that comes in pieces; real-time bytes inside of a message come before it."""

    def __init__(self):
        self._status, self._kept = 0, bytearray()

    def feed(self, stream):
        """The messages that are whole now, their status spelled out."""
        found = []
        for byte in stream:
            if byte >= 0xF8:
                found.append(bytes([byte]))
            elif self._status == 0xF0 and (byte < 0x80 or byte == 0xF7):
                self._kept.append(byte)
                if byte == 0xF7:
                    found.append(bytes(self._kept))
                    self._status = 0
            elif byte >= 0x80:
                self._begin(byte, found)
            elif self._status:
                self._kept.append(byte)
                self._end_when_whole(found)
        return found

    def _begin(self, status, found):
        self._status, self._kept = status, bytearray([status])
        if status > 0xF3: # alone
            found.append(bytes([status]))
            self._status = 0

    def _end_when_whole(self, found):
        operands = OPERANDS.get(self._status >> 4, SYSTEM_OPERANDS.get(self._status, 1))
        if len(self._kept) > operands:
            found.append(bytes(self._kept))
            self._kept = bytearray([self._status])
            self._status = 0 if self._status >= 0xF0 else self._status # runs on


def messages(stream):
    return MessageReader().feed(stream)


def sounding(stream):
    """{(channel, note)} of what was switched on and not off."""
    notes = set()
    for each in messages(stream):
        channel = each[0] & 0x0F
        if each[0] >> 4 == 9 and each[2] > 0:
            notes.add((channel, each[1]))
        elif each[0] >> 4 in (8, 9):
            notes.discard((channel, each[1]))
        elif each[0] >> 4 == 0xB and each[1] in (120, 123):
            notes = {note for note in notes if note[0] != channel}
    return notes


def without_real_time(stream):
    return bytes(stream).translate(None, bytes(range(0xF8, 0x100)))

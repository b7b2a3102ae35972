# SPDX-License-Identifier: MIT
"""Programs at the other end of MIDI, alike at ALSA's sequencer and at a JACK server.

    peers = AlsaPeers()                          # or JackPeers(), which starts the server
    synth = peers.receiver("Synth")              # the port "Synth:in", until synth.end()
    piano = peers.sender("Piano")                # the port "Piano:out"
    peers.receiver("Other", hears="to-others")   # connects to that virtual port of the daemon's
    peers.sender("Other", plays_to="from-others")
"""
import fcntl
import os
import subprocess
import tempfile
import threading

from checks import PATIENCE_S, SLOWNESS, Impossible, shell, wait_for
from daemon import PROGRAMS
from midi_bytes import messages
from sequencer import Client, own_port

JACK_CHILD = PROGRAMS + "/tactus_jack_child"
JACK_PERIOD = 1024  # frames


def _end(process):
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class AlsaPeers:
    system = "ALSA"  # as `tactus ports` calls it
    can_hold_the_daemon = True

    def __init__(self):
        shell("modprobe snd-seq && udevadm settle")

    def receiver(self, name, hears=None, pool=2000):
        return _AlsaReceiver(name, hears, pool)

    def sender(self, name, plays_to=None):
        return _AlsaSender(name, plays_to)

    def has_port(self, name):
        """A port of the daemon's."""
        return own_port(name) is not None

    def end(self):
        pass


class _AlsaReceiver(Client):
    def __init__(self, name, hears, pool):
        super().__init__(name, pool, ports=("in",), can_read=False)
        self.pool = pool
        if hears:
            self.connect_from(*own_port(hears))

    def pause(self):
        self.is_reading = False

    def go_on(self):
        self.is_reading = True

    def said_once(self, stream, _):
        return stream

    def is_connected(self):
        return True  # the daemon says so


class _AlsaSender(Client):
    def __init__(self, name, plays_to):
        super().__init__(name, ports=("out",), can_write=False)
        if plays_to:
            self.connect_to(*own_port(plays_to))

    def send_all(self, all_messages):
        """How many the sequencer refused."""
        return sum(self.send(each) != 0 for each in all_messages)

    def is_connected(self):
        return True


class JackPeers:
    system = "JACK"
    can_hold_the_daemon = False  # the server would wait for it, and then close it

    def __init__(self):
        name = self._take_name()
        os.environ["JACK_DEFAULT_SERVER"] = name
        self._server = subprocess.Popen(
            ["jackd", "-n", name, "-r", "-S", "-d", "dummy", "-r", "48000",
             "-p", str(JACK_PERIOD)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shell("%s wait %d" % (JACK_CHILD, 5000 * SLOWNESS))

    def _take_name(self):
        """One of the few that tests/support/jack_server.cpp has, by its locks."""
        for name in ("tactus-test-%d" % i for i in range(4)):
            self._lock = open("%s/%s.lock" % (tempfile.gettempdir(), name), "a")
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return name
            except BlockingIOError:
                self._lock.close()
        raise RuntimeError("too many tests use JACK servers at a time")

    def receiver(self, name, hears=None, pool=None):
        """JACK knows no pools."""
        return _JackReceiver(name, hears)

    def sender(self, name, plays_to=None):
        return _JackSender(name, plays_to)

    def has_port(self, name):
        return any(line.startswith("tactus") and line.endswith(":" + name)
                   for line in shell(JACK_CHILD + " list").splitlines())

    def end(self):
        _end(self._server)
        self._lock.close()


class _JackChild:
    """tests/support/jack_child.cpp has what it writes."""

    def __init__(self, *arguments):
        self._said, self._got = [], bytearray()
        self._child = subprocess.Popen([JACK_CHILD, *arguments], stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        wait_for(lambda: self._said or self._child.poll() is not None)
        if "ready" not in self._said:
            raise RuntimeError("%s: %s" % (arguments, self._said))

    def _read(self):
        for line in self._child.stdout:
            words = line.split()
            if words[0] == "event":
                self._got += bytes.fromhex(words[4])
            else:
                self._said.append(words[0])

    def is_connected(self):
        """To anybody; what is sent from now on arrives."""
        return wait_for(lambda: "connected" in self._said) is not None

    def end(self):
        _end(self._child)


class _JackReceiver(_JackChild):
    def __init__(self, name, hears):
        super().__init__("receive", name, *([hears] if hears else []))

    def received(self, at_least=0, timeout=PATIENCE_S):
        wait_for(lambda: len(self._got) >= at_least, timeout)
        got = bytes(self._got)
        del self._got[: len(got)]
        return got

    def said_once(self, stream, expected):
        """Ends of notes and pedals are said again where JACK told of an xrun; without those."""
        if len(stream) <= len(expected):
            return stream
        found, right = [], messages(expected)
        for each in messages(stream):
            is_end = len(each) == 3 and (each[0] & 0xF0 == 0x80
                                         or (each[0] & 0xF0 == 0xB0 and each[2] == 0))
            if not is_end or each == dict(enumerate(right)).get(len(found)):
                found.append(each)
        return b"".join(found)

    def pause(self):
        raise Impossible("a JACK client reads the events of each period, or the server waits")


class _JackSender(_JackChild):
    def __init__(self, name, plays_to):
        self._lines = tempfile.NamedTemporaryFile("w", suffix=".midi")
        super().__init__("send", name, self._lines.name, *([plays_to] if plays_to else []))

    def send(self, message):
        return self.send_all([message])

    def send_all(self, all_messages):
        self._lines.write("".join(each.hex(" ") + "\n" for each in all_messages))
        self._lines.flush()
        return 0

    send_piece = send

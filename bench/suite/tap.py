# SPDX-License-Identifier: MIT
# Twenty readers of a tap, each too slow, while 20,000 events a second go through the daemon. What
# must hold: events leave as punctually as without the readers, in turns in one daemon, and each
# reader is told what it missed.
import contextlib
import json
import socket
import threading
import time

from programs import Daemon, ask
from table import at_least, at_most, median, ratio_at_most

READERS = 20
RATE = 20_000
A_READ = 4096  # bytes, which is about 15 lines
PAUSE_S = 0.05
REQUEST = b'{"jsonrpc":"2.0","method":"tap","id":1}\n'


def open_tap(daemon):
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end.connect(str(daemon.sockets / "status.sock"))
    end.sendall(REQUEST)
    return end


def read_slowly(ends, is_over, texts):
    while not is_over.is_set():
        for number, end in enumerate(ends):
            texts[number] += end.recv(A_READ)
        time.sleep(PAUSE_S)


def read_rest(end, text):
    """What waits for a reader once nothing new comes."""
    end.settimeout(0.5)
    with contextlib.suppress(TimeoutError):
        while some := end.recv(1 << 20):
            text += some
    return text


def counts_of(text):
    """How many events a reader got, and how many it was told that it missed."""
    lines = [json.loads(line) for line in text.decode().splitlines()]
    missed = sum(each["params"]["count"] for each in lines if each.get("method") == "missed")
    return sum(each.get("method") == "event" for each in lines), missed


def play(daemon, seconds):
    return ask("through", to=daemon.to, listen=daemon.listen, rate=RATE, ahead_ms=50,
               seconds=seconds)


def with_readers(daemon, seconds):
    is_over, texts = threading.Event(), [b""] * READERS
    with contextlib.ExitStack() as stack:
        ends = [stack.enter_context(open_tap(daemon)) for _ in range(READERS)]
        reader = threading.Thread(target=read_slowly, args=(ends, is_over, texts))
        reader.start()
        try:
            played = play(daemon, seconds)
        finally:
            is_over.set()
            reader.join()
        counts = [counts_of(read_rest(end, text)) for end, text in zip(ends, texts)]
    return {"played": played, "counts": counts}


def measure(effort):
    seconds = 2 if effort.is_quick else 5
    alone, tapped = [], []
    with Daemon() as daemon:
        play(daemon, 1)  # everything has been touched once
        for _ in range(effort.rounds(9)):
            alone.append(play(daemon, seconds))
            tapped.append(with_readers(daemon, seconds))
    ratio = median([each["played"]["late_p99_us"] / still["late_p99_us"]
                    for each, still in zip(tapped, alone)])
    p99 = median([each["played"]["late_p99_us"] for each in tapped])
    before = median([each["late_p99_us"] for each in alone])
    missed = min(missed for each in tapped for _, missed in each["counts"])
    unexplained = max(abs(got + missed - each["counts"][0][0] - each["counts"][0][1])
                      for each in tapped for got, missed in each["counts"])
    name = f"{READERS} slow readers of a tap at {RATE} events/s"
    rows = [
        ratio_at_most(f"{name}: late p99", ratio, 1.25, f"{p99:.0f} us, without {before:.0f}",
                      "without"),
        at_least(f"{name}: told that they missed, at least", missed, 1),
        at_most(f"{name}: not shown and not told", unexplained, 0),
        at_most(f"{name}: lost", sum(each["played"]["lost"] for each in tapped), 0),
    ]
    return rows, {"alone": alone, "tapped": tapped}

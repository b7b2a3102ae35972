# SPDX-License-Identifier: MIT
# One output is offered ten times what its queue holds, for as long as is asked, while another one
# plays on. What must hold: every loss is counted, memory stays where it is, and the other output is
# as punctual as without the flood, in turns.
import socket
import struct
import threading
import time

from programs import Daemon, ask, free_port
from table import Row, at_most, median

PENDING = 2000  # what the flooded output's queue holds
AHEAD_S = 1.0  # so much of the flood waits at any time: ten times that
RATE = 10 * PENDING
A_BUNDLE = 20
STEP_S = 0.01
FLOOD_S = 10  # a round
CALM_S = 5
NTP_TO_UNIX_S = 2_208_988_800
FLOODED = '{output="flooded"'


def flooded_output(to, listen):
    return f"""[[input]]
name = "flood"
type = "osc"
listen = "udp://127.0.0.1:{to}"
[[output]]
name = "flooded"
type = "osc"
to = "udp://127.0.0.1:{listen}"
bundle = true
[output.queue]
pending = {PENDING}
[[route]]
from = ["flood"]
to = ["flooded"]
"""


def bundle_at(unix_s, first):
    tag = struct.pack(">Q", int((unix_s + NTP_TO_UNIX_S) * 2**32))
    message = b"/flood\0\0,i\0\0"
    parts = (message + struct.pack(">i", first + i) for i in range(A_BUNDLE))
    return b"#bundle\0" + tag + b"".join(struct.pack(">i", 16) + part for part in parts)


def pour(to, seconds):
    """How many messages were sent; never more than the rate."""
    sent, began = 0, time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        while (passed := time.monotonic() - began) < seconds:
            while sent < passed * RATE:
                out.sendto(bundle_at(time.time() + AHEAD_S, sent), ("127.0.0.1", to))
                sent += A_BUNDLE
            time.sleep(STEP_S)
    return sent


def count_messages(end, is_over, found):
    """Of the flooded output: each message is 16 bytes behind its size, in a bundle or alone."""
    end.settimeout(0.2)
    while not is_over.is_set():
        try:
            packet = end.recv(65536)
        except TimeoutError:
            continue
        found["arrived"] += (len(packet) - 16) // 20 if packet.startswith(b"#bundle") else 1


def play(daemon, seconds, answer):
    answer.update(ask("through", to=daemon.to, listen=daemon.listen, rate=400, ahead_ms=50,
                      seconds=seconds))


def total(metrics, name):
    return sum(value for series, value in metrics.items() if series.startswith(name + FLOODED))


def watch_until_empty(daemon, thread, looks):
    """Resident memory while the flood lasts, then waits until nothing is pending."""
    while thread.is_alive():
        time.sleep(0.5)
        looks.append(daemon.resident_bytes() / 2**20)
    until = time.monotonic() + 10
    while total(daemon.metrics(), "tactus_deliveries_pending") > 0:
        if time.monotonic() > until:
            raise RuntimeError("what waited did not leave")
        time.sleep(0.1)


def one_round(seconds, is_flooded):
    to, found, answer, looks = free_port(), {"arrived": 0, "sent": 0}, {}, []
    is_over = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        end.bind(("127.0.0.1", 0))
        with Daemon(more=flooded_output(to, end.getsockname()[1])) as daemon:
            counter = threading.Thread(target=count_messages, args=(end, is_over, found))
            player = threading.Thread(target=play, args=(daemon, seconds, answer))
            counter.start()
            player.start()
            try:
                flood = threading.Thread(
                    target=lambda: found.update(sent=pour(to, seconds if is_flooded else 0)))
                flood.start()
                watch_until_empty(daemon, flood, looks)
                player.join()
                time.sleep(0.5)
            finally:
                is_over.set()
                counter.join()
            metrics = daemon.metrics()
    if not answer:
        raise RuntimeError("the output that plays on gave no answer")
    dropped = total(metrics, "tactus_deliveries_dropped_total")
    return {"played": answer, "resident_mib": looks, "dropped": dropped, **found,
            "unexplained": found["sent"] - found["arrived"] - dropped,
            "unaccounted": metrics["tactus_deliveries_unaccounted"]}


def measure(effort):
    flooded, calm = [], []
    rounds = max(2, effort.soak_s // FLOOD_S)
    seconds = rounds * (effort.soak_s // rounds)
    for _ in range(rounds):
        calm.append(one_round(CALM_S, False))
        flooded.append(one_round(seconds // rounds, True))
    ratio = median([loud["played"]["late_p99_us"] / still["played"]["late_p99_us"]
                    for loud, still in zip(flooded, calm)])
    grown = max(each["resident_mib"][-1] - each["resident_mib"][len(each["resident_mib"]) // 4]
                for each in flooded)
    sent, dropped = (sum(each[key] for each in flooded) for key in ("sent", "dropped"))
    late = median([each["played"]["late_p99_us"] for each in flooded])
    rows = [
        Row(f"overload, {seconds} s at ten times the capacity: of {sent:.0f} events dropped",
            f"{dropped / sent:.1%}"),
        at_most("overload: lost and not counted", max(each["unexplained"] for each in flooded), 0),
        at_most("overload: events unaccounted for", max(each["unaccounted"] for each in flooded), 0),
        at_most("overload: memory grown after the first quarter", grown, 1, " MiB"),
        at_most("overload: lost of the other output", sum(each["played"]["lost"]
                                                          for each in flooded), 0),
        Row("overload: late p99 of the other output, to that without", f"{late:.0f} us",
            ratio=ratio),
    ]
    return rows, {"flooded": flooded, "calm": calm}

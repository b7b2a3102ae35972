# SPDX-License-Identifier: MIT
# 5,000 events/s for as long as is asked: memory, open files and lateness over time, read as an
# operator reads them, from /proc and /metrics. The curve lies beside the numbers: soak.svg.
import threading
import time

from plot import draw
from programs import BUILD, Daemon, ask
from table import Row, at_most

RATE = 5000
LOOKS_MAX = 300
LATENESS = 'tactus_dispatch_lateness_seconds_bucket{output="out",le="'


def buckets(metrics):
    found = [(float(series[len(LATENESS):-2]), count) for series, count in metrics.items()
             if series.startswith(LATENESS)]
    return sorted(found)


def percentile_us(before, after, percent):
    """Of what came in between, interpolated within the bucket, as Prometheus does."""
    old = dict(before)
    grown = [(bound, count - old.get(bound, 0)) for bound, count in after]
    wanted = grown[-1][1] * percent / 100
    low, below = 0.0, 0.0
    for bound, count in grown:
        if count >= wanted and count > below:
            if bound == float("inf"):
                return low * 1e6
            return (low + (bound - low) * (wanted - below) / (count - below)) * 1e6
        low, below = bound, count
    return low * 1e6


def watch(daemon, seconds, looks):
    pause = max(1.0, seconds / LOOKS_MAX)
    began, before = time.monotonic(), buckets(daemon.metrics())
    while time.monotonic() - began < seconds:
        time.sleep(pause)
        metrics = daemon.metrics()
        after = buckets(metrics)
        looks.append({
            "at_s": time.monotonic() - began,
            "resident_mib": daemon.resident_bytes() / 2**20,
            "open_files": daemon.open_files(),
            "late_p50_us": percentile_us(before, after, 50),
            "late_p99_us": percentile_us(before, after, 99),
            "unaccounted": metrics["tactus_deliveries_unaccounted"],
        })
        before = after


def measure(effort):
    looks, answer = [], {}
    with Daemon() as daemon:
        load = threading.Thread(target=lambda: answer.update(
            ask("through", to=daemon.to, listen=daemon.listen, rate=RATE, ahead_ms=20,
                seconds=effort.soak_s)))
        load.start()
        watch(daemon, effort.soak_s, looks)
        load.join()
    if not answer:
        raise RuntimeError("the load ended without an answer")
    draw(BUILD / "soak.svg", looks, f"{RATE} events/s for {effort.soak_s} s",
         [("resident_mib", "memory, MiB"), ("open_files", "open files"),
          ("late_p50_us", "late p50, us"), ("late_p99_us", "late p99, us")])
    settled = looks[len(looks) // 4:]
    growth = settled[-1]["resident_mib"] - settled[0]["resident_mib"]
    half = len(settled) // 2
    late = [sorted(look["late_p99_us"] for look in part)[len(part) // 2]
            for part in (settled[:half], settled[half:])]
    rows = [
        at_most(f"soak, {effort.soak_s} s at {RATE} events/s: lost", answer["lost"], 0),
        at_most("soak: events unaccounted for, in any scrape",
                max(look["unaccounted"] for look in looks), 0),
        Row("soak: memory grown after its first quarter; open files",
            f"{growth:.2f} MiB; {settled[0]['open_files']} to {settled[-1]['open_files']}"),
        Row("soak: late p99 at the dispatcher, earlier and later half",
            f"{late[0]:.0f} / {late[1]:.0f} us"),
    ]
    return rows, {"looks": looks, "receiver": answer}

# SPDX-License-Identifier: MIT
# How late: the dispatcher in turns with cyclictest under the same policy and priority, without and
# with spinning, alone and beside a busy core; and what a receiver sees of the real daemon.
# cyclictest runs with --laptop: without it, it holds /dev/cpu_dma_latency and so measures another
# machine. Never its maximum: on a shared host that is the host's.
import contextlib
import re
import subprocess
import threading

from programs import Daemon, ask, busy_core
from table import Row, at_most, median, ratio_at_most

PRIORITY = 80
EVENTS = 600
ONE_CPU, OTHER_CPU = 1, 0
CYCLICTEST = ["cyclictest", "-q", "-t1", "-i2500", f"-l{EVENTS}", f"-p{PRIORITY}", "-m", "--laptop",
              "-h", "2000"]


def cyclictest():
    """p50, p90, p99 in us; a bucket of its histogram counts as its middle."""
    ran = subprocess.run(CYCLICTEST, capture_output=True, text=True, timeout=60)
    buckets = [(int(us), int(count)) for us, count in
               re.findall(r"^(\d{6}) (\d+)", ran.stdout, re.MULTILINE)]
    total = sum(count for _, count in buckets)
    if ran.returncode != 0 or total < EVENTS * 0.9:
        raise RuntimeError(f"cyclictest: {ran.stderr.strip() or ran.stdout[-200:]}")
    found = {}
    for percent in (50, 90, 99):
        left = total * percent / 100
        for us, count in buckets:
            left -= count
            if left <= 0:
                found[percent] = us + 0.5
                break
    return found


def pairs(effort, spin, beside):
    """Interleaved, the order changing from pair to pair."""
    found = []
    with beside():
        for number in range(effort.rounds(6)):
            if number % 2:
                theirs = cyclictest()
            ours = ask("lateness", events=EVENTS, fifo=PRIORITY, spin=spin)
            if ours["early"]:
                raise RuntimeError("an event left before it was due")
            if not number % 2:
                theirs = cyclictest()
            found.append({"ours": ours, "cyclictest": theirs})
    return found


def of_ours(found, field):
    return median([pair["ours"][field] for pair in found])


def ratio(found, percent):
    return median([pair["ours"][f"late_p{percent}_us"] / pair["cyclictest"][percent]
                   for pair in found])


def normal_rows(found, where):
    for percent, limit in ((50, 1.25), (99, 2.0)):
        theirs = median([pair["cyclictest"][percent] for pair in found])
        text = f"{of_ours(found, f'late_p{percent}_us'):.1f} us, cyclictest {theirs:.1f}"
        yield ratio_at_most(f"late at the dispatcher, {where}, p{percent}", ratio(found, percent),
                            limit, text, "cyclictest")
    yield Row(f"late at the dispatcher, {where}: CPU at 400 events/s",
              f"{of_ours(found, 'cpu_share') * 100:.1f} %")


def spin_rows(found, where):
    yield at_most(f"with spin, {where}, p50", of_ours(found, "late_p50_us"), 2, " us")
    yield at_most(f"with spin, {where}, p90", of_ours(found, "late_p90_us"), 5, " us")
    yield Row(f"with spin, {where}, p99", f"{of_ours(found, 'late_p99_us'):.1f} us",
              ratio=ratio(found, 99))
    yield at_most(f"with spin, {where}: CPU at 400 events/s", of_ours(found, "cpu_share") * 100, 5,
                  " %")


def receiver_rows(raw):
    for precision in ("normal", "spin"):
        with Daemon(output=f'precision = "{precision}"') as daemon:
            found = ask("through", to=daemon.to, listen=daemon.listen, rate=400, seconds=4,
                        ahead_ms=20)
        raw[f"receiver_{precision}"] = found
        yield Row(f"late at the receiver over UDP, precision = {precision}, p50 / p90 / p99",
                  " / ".join(f"{found[f'late_p{p}_us']:.0f}" for p in (50, 90, 99)) + " us")
        yield at_most(f"lost on the way to it, precision = {precision}", found["lost"], 0)


def worker_rows(effort, raw):
    """The output of a plugin that may block: its thread waits by itself; with spin under FIFO it is
    real-time as the loop is."""
    for spin, name in ((0, "normal"), (1, "spin")):
        found = [ask("lateness", events=EVENTS, fifo=PRIORITY, spin=spin, worker=1)
                 for _ in range(effort.rounds(3))]
        raw[f"worker, spin {spin}"] = found

        def of(field):
            return median([one[field] for one in found])
        yield Row(f"late at an output with its own thread, precision = {name}, p50 / p90 / p99; CPU",
                  " / ".join(f"{of(f'late_p{p}_us'):.1f}" for p in (50, 90, 99))
                  + f" us; {of('cpu_share'):.1%}")


def one_processor_row(raw):
    """Whoever wakes the loop must be able to go on, also where it took the only processor away."""
    with Daemon(cpu=ONE_CPU) as daemon:
        is_over = threading.Event()

        def scrape():
            while not is_over.wait(0.1):
                daemon.metrics()
        scraper = threading.Thread(target=scrape)
        scraper.start()
        try:
            found = ask("through", OTHER_CPU, to=daemon.to, listen=daemon.listen, rate=400,
                        seconds=4, ahead_ms=20)
        finally:
            is_over.set()
            scraper.join()
    raw["one processor, scraped"] = found
    return at_most("late at the receiver, daemon on one processor and scraped 10 times/s, p99",
                   found["late_p99_us"], 1000, " us")


def measure(effort):
    raw, rows = {}, []
    for beside, where in ((contextlib.nullcontext, "idle"), (busy_core, "a core busy")):
        for spin, make in ((0, normal_rows), (1, spin_rows)):
            found = pairs(effort, spin, beside)
            raw[f"{where}, spin {spin}"] = found
            rows += make(found, where)
    rows += worker_rows(effort, raw)
    rows += receiver_rows(raw)
    rows.append(one_processor_row(raw))
    return rows, raw

# SPDX-License-Identifier: MIT
# The design that tactus replaces, its proposed successor, and ours, under one load, in turns. Ours
# three times: scheduled like the two others, real-time as the daemon asks to be, and spinning.
from programs import ask
from table import Row, at_least, median

DESIGNS = ["replaced (1 ms poll under a lock)", "its successor (notify, 5 ms tick)",
           "tactus, ordinary scheduling", "tactus, real-time (its default)", "tactus, spinning"]
REPLACED, DEFAULT, SPINNING = 0, 3, 4
RATES = [400, 2000]


def better(found, ours, theirs):
    """Of the p99s of one round, the median over the rounds."""
    return median([old["late_p99_us"] / new["late_p99_us"]
                   for old, new in zip(found[theirs], found[ours])])


def rows_of(name, rate, answers):
    def of(field):
        return median([answer[field] for answer in answers])

    yield Row(f"{name}, {rate}/s: late, p50 / p99",
              f"{of('late_p50_us'):.0f} / {of('late_p99_us'):.0f} us")
    if rate == RATES[-1]:
        yield Row(f"{name}, {rate}/s: went out, CPU active, CPU idle, wake-ups idle",
                  f"{of('rate'):.0f}/s, {of('active_cpu_share'):.1%}, {of('idle_cpu_share'):.2%},"
                  f" {of('idle_waits_per_s'):.0f}/s")
        yield Row(f"{name}: 1,000 events enqueued one by one; memory grown",
                  f"{of('enqueue_1000_ms'):.2f} ms; {of('resident_growth_bytes') / 2**20:.1f} MiB")


def measure(effort):
    rows, raw = [], {}
    for rate in RATES:
        found = [[] for _ in DESIGNS]
        for _ in range(effort.rounds(3)):
            for number, answers in enumerate(found):
                answers.append(ask("baseline", design=number, rate=rate, idle_seconds=1,
                                   seconds=2 if effort.is_quick else 3))
        for name, answers in zip(DESIGNS, found):
            rows += rows_of(name, rate, answers)
        raw[rate] = dict(zip(DESIGNS, found))
        for ours in (DEFAULT, SPINNING):
            rows.append(at_least(f"p99 late at {rate}/s, {DESIGNS[ours]}, better than replaced",
                                 better(found, ours, REPLACED), 20, " x"))
    return rows, raw

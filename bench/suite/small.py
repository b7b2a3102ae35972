# SPDX-License-Identifier: MIT
# The small ones, by Google Benchmark: the queue, the coroutines, and one event's way through
# everything between two plugins.
import json
import subprocess

from programs import BIN, LIMIT_S
from table import Row, at_most


def google(program, effort):
    """Name -> counters, with real time in ns."""
    seconds = 0.05 if effort.is_quick else 0.2
    ran = subprocess.run(
        [BIN / f"{program}_bench", "--benchmark_format=json", f"--benchmark_min_time={seconds}"],
        capture_output=True, text=True, timeout=LIMIT_S, check=True)
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    found = {}
    for each in json.loads(ran.stdout)["benchmarks"]:
        if each.get("error_occurred"):
            raise RuntimeError(f"{program}: {each['name']}: {each['error_message']}")
        each["ns"] = each["real_time"] * scale[each["time_unit"]]
        found[each["name"]] = each
    return found


def queue_rows(queue):
    for pending, name in ((1000, "1e3"), (100_000, "1e5"), (1_000_000, "1e6")):
        def of(what, who, counter="ns"):
            runs = "/iterations:1" if what == "worst" else ""
            return queue[f"{what}<{who}>/{pending}{runs}"][counter]

        for what, text, counter in (("fill", "push", "push_ns"), ("fill", "pop", "pop_ns"),
                                    ("hold", "hold (out and in again)", "ns")):
            ours, theirs = of(what, "ours", counter), of(what, "standard", counter)
            yield Row(f"queue: {text}, {name} pending, against std::priority_queue",
                      f"{ours:.0f} ns, std {theirs:.0f}", ratio=ours / theirs)
        for text in ("push", "pop"):
            worst = [f"{of('worst', who, f'{text}_p9999_ns') / 1e3:.1f} / "
                     f"{of('worst', who, f'{text}_max_ns') / 1e3:.0f} us"
                     for who in ("ours", "standard")]
            yield Row(f"queue: worst single {text}, {name} pending, p99.99 / max",
                      f"{worst[0]}, std {worst[1]}")
    passed = queue["timed_queue_pass/1000000"]
    yield Row("queue: an event in front of 1e6 that wait",
              f"{1e9 / passed['items_per_second']:.0f} ns")


def flow_rows(flow):
    for pending, name in ((0, "empty queue"), (1_000_000, "1e6 pending")):
        one = flow[f"osc_to_osc/{pending}"]
        ns = 1e9 / one["items_per_second"]
        yield at_most(f"user-space work per event, {name}", ns, 250, " ns")
        yield at_most(f"allocations per event, {name}", one["allocations_per_event"], 0)


def measure(effort):
    queue, flow = google("queue", effort), google("flow", effort)
    coroutine = google("coroutine", effort)
    rows = list(flow_rows(flow)) + list(queue_rows(queue))
    for name, what in (("await_leaf", "a task started and awaited"),
                       ("spawn_and_join", "a task spawned, run and joined"),
                       ("channel_hop/capacity:100", "a hop over a channel"),
                       ("ready_queue_turn", "a turn of the ready queue"),
                       ("timer_in_virtual_time", "a wait for a timer, in virtual time")):
        ns = 1e9 / coroutine[name]["items_per_second"]
        rows.append(Row(f"coroutine: {what}", f"{ns:.1f} ns"))
    return rows, {"queue": queue, "flow": flow, "coroutine": coroutine}

# SPDX-License-Identifier: MIT
# Runs the parts in turn, prints the table and writes results.json. Called by bench/run, which has
# built the programs; can be called by itself when they are built.
import argparse
import importlib
import json
import os
import platform
import shutil
import sys
import time

from programs import BUILD, ROOT, Effort
from table import table_text, write_into

PARTS = ["small", "precision", "forwarding", "standing", "baseline", "peers", "midi",
         "overload", "tap", "reload", "soak"]


def about_this_machine():
    model = "unknown"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {
        "processors": os.cpu_count(),
        "model": model,
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
    }


def parse():
    parser = argparse.ArgumentParser(prog="bench/run")
    parser.add_argument("--quick", action="store_true", help="an impression, not a measurement")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be repeated")
    parser.add_argument("--soak", type=int, metavar="SECONDS", help="default 60, quick 10")
    parser.add_argument("--write", action="store_true", help="into bench/README.md too")
    return parser.parse_args()


def main():
    asked = parse()
    effort = Effort(asked.quick, asked.soak or (10 if asked.quick else 60))
    machine = about_this_machine()
    if machine["load_before"] > 0.5:
        print(f"The machine is busy (load {machine['load_before']:.1f}): the numbers will be worse"
              " than it can do.", file=sys.stderr)
    rows, raw, began = [], {}, time.time()
    for name in asked.only or PARTS:
        print(f"{time.time() - began:4.0f} s  {name}", file=sys.stderr)
        part_rows, part_raw = importlib.import_module(name).measure(effort)
        rows += part_rows
        raw[name] = part_raw
    machine["load_after"] = os.getloadavg()[0]
    text = table_text(rows, machine)
    print(text, end="")
    if asked.write:
        write_into(ROOT / "bench" / "README.md", text)
        if "soak" in raw:
            shutil.copy(BUILD / "soak.svg", ROOT / "bench" / "soak.svg")
    with open(BUILD / "results.json", "w") as file:
        json.dump({"machine": machine, "is_quick": asked.quick,
                   "rows": [row.as_dict() for row in rows], "raw": raw}, file, indent=1)
    print(f"{time.time() - began:.0f} s; all numbers: build/bench/results.json", file=sys.stderr)


main()

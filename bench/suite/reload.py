# SPDX-License-Identifier: MIT
# A daemon reads its file again a thousand times, 50 times a second, under 5,000 events/s; every third
# file is broken, and it is scraped every 50 ms. What must hold: in each scrape both ledgers are
# exact; the output that is in every file loses and doubles nothing, keeps its sockets, and has no
# longer gaps than without reloads, in turns; memory and open files stay where they are.
import json
import os
import random
import socket
import sys
import threading
import time

from programs import Daemon, ask, free_port
from table import Row, at_most, median

RELOADS = 1000
RELOADS_QUICK = 60
PER_S = 50  # reloads
RATE = 5000
AHEAD_MS = 20
CALM_S = 5
ROUND_S = 20
LOOK_S = 0.05
GAP_US = 5000  # beyond the longest without reloads


def extras(seed, ports):
    """Inputs, outputs and routes that come, go and change from file to file."""
    chance = random.Random(seed)
    text = ""
    for number, port in enumerate(ports):
        if chance.random() < 0.3:
            continue
        name = f"extra-{number}"
        text += f"""[[output]]
name = "{name}"
type = "osc"
to = "udp://127.0.0.1:{chance.choice([9, 10])}"
late = "{chance.choice(["send", "drop"])}"
[[route]]
from = "in"
to = "{name}"
{chance.choice(["", 'throttle = "5ms"'])}
"""
        if chance.random() < 0.5:
            text += f"""[[input]]
name = "in-{number}"
type = "osc"
listen = "udp://127.0.0.1:{port}"
[[route]]
from = "in-{number}"
to = "out"
"""
    return text


class Control:
    def __init__(self, path):
        self.end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.end.settimeout(30)
        self.end.connect(str(path))
        self.answers = self.end.makefile("r")

    def reload(self):
        self.end.sendall(b'{"jsonrpc":"2.0","method":"reload","id":1}\n')
        return "result" in json.loads(self.answers.readline())


def sockets(pid):
    folder, found = f"/proc/{pid}/fd", set()
    for each in os.listdir(folder):
        try:
            target = os.readlink(f"{folder}/{each}")
        except FileNotFoundError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


def look(daemon, is_over, looks, done):
    while not is_over.is_set():
        try:
            metrics = daemon.metrics()
        except OSError as why:
            done["unscraped"] += 1
            print(f"reload: a scrape failed: {why}", file=sys.stderr)
            continue
        looks.append((metrics["tactus_deliveries_unaccounted"], daemon.resident_bytes() / 2**20,
                      done["asked"]))
        time.sleep(LOOK_S)


def reload_until(daemon, control, is_over, done, ports):
    while not is_over.is_set():
        is_broken = done["asked"] % 3 == 2
        broken = "[[route]]\nfrom = \"nobody\"\n" if is_broken else ""
        daemon.config.write_text(daemon.text + extras(done["asked"], ports) + broken)
        if control.reload() == is_broken:
            done["wrong"] += 1
        done["asked"] += 1
        is_over.wait(1 / PER_S)


def play(daemon, seconds):
    return ask("through", to=daemon.to, listen=daemon.listen, rate=RATE, ahead_ms=AHEAD_MS,
               seconds=seconds)


def measure(effort):
    wanted = RELOADS_QUICK if effort.is_quick else RELOADS
    done, looks, calm, busy = {"asked": 0, "wrong": 0, "unscraped": 0}, [], [], []
    ports = [free_port() for _ in range(4)]
    with Daemon() as daemon:
        control = Control(daemon.folder / "run" / "control.sock")
        first = play(daemon, 1)
        kept, files = sockets(daemon.pid), daemon.open_files()
        over = threading.Event()
        looker = threading.Thread(target=look, args=(daemon, over, looks, done))
        looker.start()
        try:
            while done["asked"] < wanted:
                calm.append(play(daemon, CALM_S))
                over_round = threading.Event()
                reloads = threading.Thread(target=reload_until,
                                           args=(daemon, control, over_round, done, ports))
                reloads.start()
                try:
                    busy.append(play(daemon, ROUND_S))
                finally:
                    over_round.set()
                    reloads.join()
        finally:
            over.set()
            looker.join()
        daemon.config.write_text(daemon.text)
        control.reload()
        files_after, lost_sockets = daemon.open_files(), kept - sockets(daemon.pid)
    resident = [mib for _, mib, _ in looks]
    half = next(mib for _, mib, asked in looks if asked >= done["asked"] / 2)
    beyond = median([each["late_max_us"] for each in busy]) - median(
        [each["late_max_us"] for each in calm])
    ratio = median([each["late_p99_us"] for each in busy]) / median(
        [each["late_p99_us"] for each in calm])
    rows = [
        Row(f"reload, {done['asked']} times under {RATE} events/s, every third file broken",
            f"{len(looks)} scrapes"),
        at_most("reload: files taken or refused against what they deserve", done["wrong"], 0),
        at_most("reload: scrapes that failed", done["unscraped"], 0),
        at_most("reload: events unaccounted for, in any scrape",
                max(missing for missing, _, _ in looks), 0),
        at_most("reload: lost of the output that stays", sum(each["lost"] for each in busy), 0),
        at_most("reload: doubled there", sum(each["unknown"] for each in busy), 0),
        at_most("reload: its sockets that are gone", len(lost_sockets), 0),
        at_most("reload: longest delay beyond that without reloads", beyond, GAP_US, " us", ratio),
        at_most("reload: memory grown in their second half", resident[-1] - half, 1, " MiB"),
        at_most("reload: open files more than before", files_after - files, 2),
    ]
    return rows, {"first": first, "calm": calm, "busy": busy, "resident_mib": resident}

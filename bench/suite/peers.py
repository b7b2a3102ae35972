# SPDX-License-Identifier: MIT
# What a user would otherwise run, under the same load: events sent at once, none of them timed, for
# these peers keep no time. Who is not here is said, and nothing fails.
import shutil
import socket
import subprocess

from programs import BUILD, Daemon, ask, free_port, started, wait_for_line
from table import Row

RATES = [400, 5000]
BRIDGE_PORT = 8080  # fixed by its program
PACKAGE = "@strudel/osc@1.3.2"


def load(to, listen, websocket, effort):
    return {rate: ask("through", to=to, listen=listen, rate=rate, websocket=websocket,
                      seconds=2 if effort.is_quick else 4) for rate in RATES}


def tactus(effort):
    with Daemon() as daemon:
        return load(daemon.to, daemon.listen, 0, effort)


def install_bridge():
    """Its folder, or a sentence that says why there is none."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None, "there is no node or no npm here"
    folder = BUILD / "peers"
    server = folder / "node_modules" / "@strudel" / "osc" / "server.js"
    if not server.exists():
        folder.mkdir(exist_ok=True)
        got = subprocess.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund",
                              "--ignore-scripts", PACKAGE], capture_output=True, timeout=180)
        if got.returncode != 0:
            return None, "npm could not get it"
    return server, ""


def bridge(effort):
    server, why = install_bridge()
    if server is None:
        return None, why
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", BRIDGE_PORT)) == 0:
            return None, f"port {BRIDGE_PORT} is taken"
    with started(["node", server], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                 bufsize=0) as process:
        wait_for_line(process.stdout, "Listening WS")
        return load(BRIDGE_PORT, free_port(), 1, effort), ""


def rows_of(name, found):
    for rate, answer in found.items():
        yield Row(f"{name}, {rate} events/s: arrived, lost, transit p50 / p99",
                  f"{answer['rate']:.0f}/s, {answer['lost']:.0f},"
                  f" {answer['late_p50_us']:.0f} / {answer['late_p99_us']:.0f} us")


def measure(effort):
    raw = {"tactus": tactus(effort)}
    rows = list(rows_of("tactus, OSC over UDP", raw["tactus"]))
    raw["strudel"], why = bridge(effort)
    if raw["strudel"]:
        rows += rows_of("Strudel's bridge, JSON over WebSocket", raw["strudel"])
    else:
        rows.append(Row("Strudel's bridge", f"not measured: {why}"))
    return rows, raw

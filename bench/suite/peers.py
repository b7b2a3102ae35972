# SPDX-License-Identifier: MIT
# What a user would otherwise run, under the same load: events sent at once, none of them timed, for
# these peers keep no time. Who is not here is said, and nothing fails.
import shutil
import socket
import subprocess
import time

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


MIDIMONSTER = """[osc in]
bind = 127.0.0.1 {to}
/synth/on = iii 0 255 0 255 0 1048576
[osc out]
bind = 127.0.0.1 {own}
destination = 127.0.0.1 {listen}
/synth/on = iii 0 255 0 255 0 1048576
[map]
in./synth/on:2 > out./synth/on:2
"""


def midimonster(effort):
    if not shutil.which("midimonster"):
        return None, "its binary is not on the path"
    to, own, listen = free_port(), free_port(), free_port()
    config = BUILD / "midimonster.cfg"
    config.write_text(MIDIMONSTER.format(to=to, own=own, listen=listen))
    with started(["midimonster", config], stdout=subprocess.DEVNULL,
                 stderr=subprocess.DEVNULL) as process:
        time.sleep(1)
        if process.poll() is not None:
            return None, f"it ended at once, with {process.returncode}"
        return load(to, listen, 0, effort), ""


def rows_of(name, found):
    for rate, answer in found.items():
        yield Row(f"{name}, {rate} events/s: arrived, lost, transit p50 / p99",
                  f"{answer['rate']:.0f}/s, {answer['lost']:.0f},"
                  f" {answer['late_p50_us']:.0f} / {answer['late_p99_us']:.0f} us")


def measure(effort):
    raw = {"tactus": tactus(effort)}
    rows = list(rows_of("tactus, OSC over UDP", raw["tactus"]))
    for name, peer in (("Strudel's bridge, JSON over WebSocket", bridge),
                       ("MIDIMonster, OSC over UDP", midimonster)):
        raw[name], why = peer(effort)
        rows += rows_of(name, raw[name]) if raw[name] else [Row(name, f"not measured: {why}")]
    return rows, raw

# SPDX-License-Identifier: MIT
# The programs that are measured and that measure: starting them, asking them, ending them. Every
# process started here is ended here, by its own handle.
import contextlib
import json
import os
import pathlib
import re
import select
import socket
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
BIN = BUILD / "bin"
LIMIT_S = 240  # for any one program


@dataclass
class Effort:
    is_quick: bool
    soak_s: int

    def rounds(self, wanted):
        return max(2, wanted // 3) if self.is_quick else wanted


def ask(program, cpu=None, **arguments):
    """Runs one of our programs and gives its answer."""
    command = [BIN / f"{program}_bench"]
    for key, value in arguments.items():
        command += [f"--{key}", str(value)]
    ran = subprocess.run(pinned(command, cpu), capture_output=True, text=True,
                         timeout=LIMIT_S + arguments.get("seconds", 0))
    if ran.returncode != 0:
        raise RuntimeError(f"{program}: {ran.stderr.strip()}")
    return json.loads(ran.stdout)


def pinned(command, cpu):
    words = [str(word) for word in command]
    return words if cpu is None else ["taskset", "-c", str(cpu)] + words


@contextlib.contextmanager
def started(command, cpu=None, **options):
    """A process that is ended on every way out."""
    process = subprocess.Popen(pinned(command, cpu), **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_line(stream, pattern, limit_s=10):
    """The first match in what a process says; the stream must be binary and unbuffered."""
    until, said = time.monotonic() + limit_s, b""
    while time.monotonic() < until:
        if select.select([stream], [], [], 0.1)[0]:
            some = os.read(stream.fileno(), 65536)
            if not some:
                break
            said += some
            found = re.search(pattern, said.decode(errors="replace"))
            if found:
                return found
    raise RuntimeError(f"it did not say {pattern!r}, but: {said.decode(errors='replace')}")


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def busy_core():
    """One process that never sleeps, beside what is measured."""
    with started(["timeout", str(LIMIT_S), "sh", "-c", "while :; do :; done"]) as process:
        yield process


class Daemon:
    """The real daemon between two UDP ports. `time_keys`, `output` and `limits` are lines of TOML
    for these sections, `more` is whole sections."""

    def __init__(self, time_keys="", output="", limits="", cpu=None, more=""):
        self.to = free_port()
        self.listen = free_port()
        self.cpu = cpu
        self.text = f"""schema = 1
name = "bench"
[time]
{time_keys}
[limits]
{limits}
[metrics]
listen = "127.0.0.1:0"
[[input]]
name = "in"
type = "osc"
listen = "udp://127.0.0.1:{self.to}"
[[output]]
name = "out"
type = "osc"
to = "udp://127.0.0.1:{self.listen}"
{output}
[[route]]
from = ["in"]
to = ["out"]
{more}"""

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "bench.toml"
        self.config.write_text(self.text)
        self.sockets = self.folder / "run"
        began = time.monotonic()
        self.process = self.stack.enter_context(
            started([BIN / "tactus", "run", self.config], self.cpu, stderr=subprocess.PIPE,
                    bufsize=0, env=dict(os.environ, RUNTIME_DIRECTORY=str(self.sockets))))
        try:
            found = wait_for_line(self.process.stderr, r"is running.*metrics=\"?[0-9.]*:(\d+)")
            self.ready_ms = (time.monotonic() - began) * 1000
            self.metrics_port = int(found.group(1))
            self.await_output()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *what):
        self.stack.close()

    def await_output(self):
        until = time.monotonic() + 5
        while time.monotonic() < until:
            if self.metrics().get('tactus_output_up{output="out"}', 1) == 1:
                return
            time.sleep(0.02)
        raise RuntimeError("the output did not come up")

    @property
    def pid(self):
        return self.process.pid

    def metrics(self):
        address = f"http://127.0.0.1:{self.metrics_port}/metrics"
        with urllib.request.urlopen(address, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        return {series: float(value) for series, value in pairs}

    def status(self, field):
        for line in (pathlib.Path("/proc") / str(self.pid) / "status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        raise KeyError(field)

    def resident_bytes(self):
        return self.status("VmRSS") * 1024

    def waits(self):
        """Voluntary context switches of all threads."""
        total = 0
        for task in (pathlib.Path("/proc") / str(self.pid) / "task").iterdir():
            found = re.search(r"^voluntary_ctxt_switches:\s*(\d+)",
                              (task / "status").read_text(), re.MULTILINE)
            total += int(found.group(1))
        return total

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

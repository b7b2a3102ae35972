# SPDX-License-Identifier: MIT
"""The daemon under test: its configuration, its log, its metrics, its end."""
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from checks import PATIENCE_S, SLOWNESS, kept, note, wait_for
from osc import BACK_PORT, DESK_PORT, Desk, usable_port

PROGRAMS = os.environ.get("LAB_TACTUS", "/lab/tactus") + "/bin"
TACTUS = PROGRAMS + "/tactus"
METRICS = "127.0.0.1:%d" % usable_port(9464)
RUNS = "The daemon is running"
HELD_UP = "A plugin held up all timed events" # true of an emulated machine, and no matter here


def toml(value):
    if isinstance(value, dict):
        return "{ %s }" % ", ".join("%s = %s" % (key, toml(each)) for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return "[%s]" % ", ".join(toml(each) for each in value)
    return json.dumps(value, ensure_ascii=False)


def table(kind, **options):
    lines = ["%s = %s" % (key, toml(value)) for key, value in options.items()]
    return "[[%s]]\n%s\n" % (kind, "\n".join(lines))


def midi(kind, name, port, **options):
    if kind == "output": # 1 s is the default
        options = {"stall_limit": "%ds" % SLOWNESS, **options}
    port = {"port": port} if port is not None else {}
    return table(kind, name=name, type="midi", **{"api": "alsa", **port, **options})


def configuration(keys="none such", synth="none such", more="", keys_options=(), synth_options=()):
    """OSC "desk" to MIDI "synth", MIDI "keys" to OSC "back"; `more` is added as it is."""
    return (table("input", name="desk", type="osc", listen="tcp://127.0.0.1:%d" % DESK_PORT)
            + midi("input", "keys", keys, **dict(keys_options))
            + midi("output", "synth", synth, **dict(synth_options))
            + table("output", name="back", type="osc", to="tcp://127.0.0.1:%d" % BACK_PORT)
            + route("desk", "synth", address="/s/*")
            + route("keys", "back") + more)


def route(source, to, **options):
    return table("route", **{"from": source, "to": to, **options})


class Daemon:
    """Runs until end(). Raises with the log where it does not come up."""

    def __init__(self, config):
        with tempfile.NamedTemporaryFile("w", suffix=".toml", delete=False) as file:
            file.write(config + '[metrics]\nlisten = "%s"\n' % METRICS)
        self.lines = []
        self._start = time.monotonic()
        # One of its own: what a daemon of an earlier part left sounding is none of its business.
        self._runtime = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([TACTUS, "run", file.name], stderr=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL, text=True, errors="replace",
                                        env=dict(os.environ, RUNTIME_DIRECTORY=self._runtime.name))
        self._log = threading.Thread(target=self._read_log, daemon=True)
        self._log.start()
        kept(self)
        wait_for(lambda: self.process.poll() is not None or RUNS in self.log(), 10 * SLOWNESS)
        if RUNS not in self.log():
            raise RuntimeError("the daemon does not run")
        os.unlink(file.name)
        self.desk = kept(Desk()) if "tcp://127.0.0.1:%d" % DESK_PORT in config else None

    def _read_log(self):
        for line in self.process.stderr:
            self.lines.append("%8.3f %s" % (time.monotonic() - self._start, line.rstrip()))

    def explain(self):
        """What it did, for whoever reads that a check has failed."""
        lines = [line for line in self.lines if HELD_UP not in line]
        for line in lines if len(lines) < 60 else [*lines[:30], "...", *lines[-30:]]:
            note("log|", line)

    def log(self, since=0):
        return "\n".join(self.lines[since:])

    def says(self, pattern, timeout=5.0, since=0):
        return wait_for(lambda: re.search(pattern, self.log(since)), timeout * SLOWNESS) is not None

    # -- metrics ------------------------------------------------------------------------------

    @staticmethod
    def metrics():
        """{series: value}."""
        try:
            with urllib.request.urlopen("http://%s/metrics" % METRICS, timeout=2) as page:
                lines = page.read().decode().splitlines()
        except OSError:
            return {}
        pairs = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        return {series: float(value) for series, value in pairs}

    def metric(self, series):
        return self.metrics().get(series)

    def total(self, pattern):
        """The sum of all series that match the regular expression."""
        return sum(value for series, value in self.metrics().items() if re.search(pattern, series))

    def nonzero(self, pattern):
        return {series: value for series, value in self.metrics().items()
                if value and re.search(pattern, series)}

    def sent(self, output="synth"):
        return self.metric('tactus_deliveries_sent_total{output="%s"}' % output)

    def pending(self, output="synth"):
        return self.metric('tactus_deliveries_pending{output="%s"}' % output)

    def dropped(self, output="synth"):
        return self.total(r'tactus_deliveries_dropped_total\{output="%s"' % output)

    def rejected(self, reason, source="keys"):
        return self.metric('tactus_input_messages_rejected_total{input="%s",reason="%s"}'
                           % (source, reason))

    def is_up(self, name="synth", kind="output"):
        return self.metric('tactus_%s_up{%s="%s"}' % (kind, kind, name)) == 1

    def comes_up(self, name="synth", kind="output", timeout=5.0):
        return wait_for(lambda: self.is_up(name, kind), timeout * SLOWNESS) is not None

    def attached(self, *names):
        """All of these are up; by default "synth" and "keys"."""
        for each in names or ("synth", "keys"):
            kind = "input" if each == "keys" else "output"
            if not self.comes_up(each, kind):
                raise RuntimeError("%s was not attached" % each)
        return self

    @staticmethod
    def missing():
        """The inputs and outputs that /readyz waits for."""
        try:
            with urllib.request.urlopen("http://%s/readyz" % METRICS, timeout=2):
                return []
        except urllib.error.HTTPError as page:
            return sorted(each["name"] for each in json.loads(page.read())["missing"])

    # -- the process --------------------------------------------------------------------------

    def hold(self):
        self.process.send_signal(signal.SIGSTOP)

    def release(self):
        self.process.send_signal(signal.SIGCONT)

    def memory_kib(self):
        with open("/proc/%d/status" % self.process.pid) as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def stop(self, timeout=PATIENCE_S):
        """(exit status, seconds); None where it had to be killed."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = None
            self.process.kill()
            self.process.wait()
        self._log.join(2)
        return status, time.monotonic() - begin

    def panic_offline(self):
        """(exit status, what it printed) of `tactus panic --offline`, for what it left sounding."""
        ran = subprocess.run([TACTUS, "panic", "--offline"], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True,
                             env=dict(os.environ, RUNTIME_DIRECTORY=self._runtime.name))
        return ran.returncode, ran.stdout

    def end(self):
        if self.process.poll() is None:
            self.release()
            self.stop()

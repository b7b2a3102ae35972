# SPDX-License-Identifier: MIT
"""A daemon with an input and an output of each kind, at one backend of the midi plugin, and the
programs that it plays to and hears.

    bench = kept(Bench.of("jack"))
    bench.ready()                       # bench.daemon, bench.synth and bench.piano are there
    bench.daemon.desk.note_on(60)       # "/s" is the synth; see config() for the others
"""
from checks import outlasting
from daemon import Daemon, midi, route, table
from midi_peers import AlsaPeers, JackPeers
from osc import BACK_PORT, DESK_PORT

LOOK_S = 2.5  # a backend that has to look for ports does so every 2 s


class Bench:
    """It goes on from part to part, until one fails."""

    _now = None

    def __init__(self, api):
        self.api = api
        self.peers = JackPeers() if api == "jack" else AlsaPeers()
        self.daemon = self.synth = self.piano = None
        self.is_to_fail = False  # the part that runs
        self.must_close = False

    @classmethod
    def of(cls, api):
        """Ends that of another backend."""
        if cls._now and cls._now.api != api:
            cls.end_last()
        cls._now = cls._now or cls(api)
        return cls._now

    @classmethod
    def end_last(cls):
        if cls._now:
            cls._now.close()
            cls._now.peers.end()
            cls._now = None

    def config(self):
        def out(name, port, **more):
            return (midi("output", name, port, api=self.api, **more)
                    + route("desk", name, address="/%s/*" % name[0]))

        def into(name, port, **more):
            return midi("input", name, port, api=self.api, **more) + route(name, "back")

        return (table("input", name="desk", type="osc", listen="tcp://127.0.0.1:%d" % DESK_PORT)
                + table("output", name="back", type="osc", to="tcp://127.0.0.1:%d" % BACK_PORT)
                + out("synth", "Synth:in", required=True) + out("wired", "Synth:in", wire="din")
                + out("virtual", None, virtual="Our Hand")
                + out("pair", "Twin*") + out("exact", "Organ:in")
                + out("table", {"client": "Twin B", "port": "in"})
                + out("loop", "from-others")
                + into("keys", "Piano:out", ignore=[])
                + into("open", None, virtual="from-others")
                + into("hands", "*Hand*", required=False))

    def start(self):
        if self.daemon:
            return
        self.daemon = Daemon(self.config())
        outlasting(self.daemon.desk)
        outlasting(self.daemon)

    def ready(self):
        """All that most parts need is up, and nothing is under way."""
        self.start()
        self.synth = self.synth or self.peers.receiver("Synth")
        self.piano = self.piano or self.peers.sender("Piano")
        self.daemon.attached("synth", "wired", "virtual", "keys", "back")
        if not self.piano.is_connected():
            raise RuntimeError("nobody listens to the piano")
        self.synth.received()

    def restart(self, name, make):
        """Its program goes and is back before anybody looks."""
        if self.peers.can_hold_the_daemon:
            self.daemon.hold()
        getattr(self, name).end()
        setattr(self, name, make())
        self.daemon.release()
        self.must_close = self.is_to_fail

    @property
    def patience_s(self):
        """Of the machine's own time."""
        return 0.3 if self.is_to_fail else LOOK_S

    def close(self):
        for each in (self.daemon, self.daemon and self.daemon.desk, self.synth, self.piano):
            if each:
                each.end()
        self.daemon = self.synth = self.piano = None

    # Of a part, for checks.py.

    def explain(self):
        self.must_close = True
        if self.daemon:
            self.daemon.explain()

    def end(self):
        if self.must_close:
            self.close()
        self.must_close = False

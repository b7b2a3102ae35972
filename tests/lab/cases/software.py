#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs at the other end: restarted at once, with small pools, not reading, with one name."""
import time

from checks import check, check_equal, check_within, kept, note, part, run_parts, shell, wait_for
from daemon import Daemon, configuration, midi, route
from midi_bytes import note_off, note_on, sounding, sysex
from osc import Listener
from probes import check_heard_again, check_played_again
from sequencer import Client, own_port, queues

back = Listener()
shell("modprobe snd-seq && udevadm settle")


def synth(**options):
    return kept(Client("Soft Synth", **options))


@part
def a_program_that_is_restarted_at_once():
    one = synth()
    daemon = Daemon(configuration("Soft Synth*", "Soft Synth*")).attached()
    for pause in (0.0, 0.5):
        daemon.desk.note_on(60)
        check_equal("a note reaches it", one.received(at_least=3), note_on(60))
        was = one.id
        one.end()
        time.sleep(pause)
        one = synth()
        what = "restarted after %.1f s (client %d, then %d)" % (pause, was, one.id)
        check_played_again(what, daemon, one, sounded=60)
        check_heard_again(what, one, back)


@part
def a_long_sysex_to_a_program_with_a_pool_of_200_cells():
    one = synth(pool=200)
    daemon = Daemon(configuration(synth="Soft Synth*")).attached("synth")
    for size in (5000, 5500, 5600, 16000, 60000):
        daemon.desk.note_on(60)
        daemon.desk.send("/s/sysex", sysex(size))
        daemon.desk.note_off(60)
        came = one.received(at_least=size + 6)
        check_equal("SysEx of %d bytes between two notes" % size, came,
                    note_on(60) + sysex(size) + note_off(60))
    check("no library says anything", not daemon.says("snd_seq|RtMidi", timeout=0))
    daemon.desk.note_on(62)
    one.received(at_least=3)
    status, _ = daemon.stop()
    check_equal("the stop ends what sounds", (one.received(at_least=3), status),
                (note_off(62), 0))


@part
def a_program_that_does_not_read():
    one = synth(pool=200)
    daemon = Daemon(configuration(synth="Soft Synth*")).attached("synth")
    one.is_reading = False
    daemon.desk.note_on(60)
    daemon.desk.controls(3000)
    daemon.desk.note_off(60)
    accepted = 'tactus_deliveries_accepted_total{output="synth"'
    wait_for(lambda: daemon.total(accepted.replace("{", r"\{")) >= 3002)
    time.sleep(1)
    note("while it does not read:", daemon.nonzero(r'deliveries_.*"synth"|output_up.*synth'))
    one.is_reading = True
    settled = [-1, -1.0]

    def is_settled():
        was, settled[:] = list(settled), [one.events, time.monotonic()]
        time.sleep(0.5)
        return one.events == was[0] and daemon.pending() == 0

    wait_for(is_settled)
    sent, dropped = daemon.sent(), daemon.dropped()
    check("what counts as sent (%d) was received" % sent, one.events == sent,
          "%d came, overruns: %d" % (one.events, one.overruns))
    check_equal("nothing is lost in silence", sent + dropped, daemon.total(accepted.replace(
        "{", r"\{")))
    check("no note is left sounding", not sounding(one.received()))
    check_within("it is up when the program reads", 5, daemon.is_up)
    daemon.desk.note_on(61)
    check_equal("... and notes arrive", one.received(at_least=3), note_on(61))


@part
def bundles_that_are_due_at_one_moment():
    one = synth(pool=200)
    daemon = Daemon(configuration(synth="Soft Synth*")).attached("synth")
    for count in (200, 1000):
        before = one.events
        for i in range(count):
            daemon.desk.send("/s/control_change", 2, i & 0x3F, i >> 6)
        wait_for(lambda: one.events - before >= count)
        check_equal("a burst of %d to a program that reads" % count, one.events - before, count)
    check_equal("all of it counts as sent", daemon.sent(), one.events)


@part
def programs_of_one_name():
    first, second = synth(), synth()
    daemon = Daemon(configuration(synth="Soft Synth*"))
    both = "(?s)%d:0.*%d:0|%d:0.*%d:0" % (first.id, second.id, second.id, first.id)
    check("the log names both", daemon.says(both, timeout=2))
    check("the output is down", not daemon.is_up())
    daemon.end()
    daemon = Daemon(configuration(synth={"client": "Soft Synth", "port": "midi"},
                          synth_options={"on_ambiguous": "first"})).attached("synth")
    daemon.desk.note_on(60)
    check_within('on_ambiguous = "first": one of them is played', 2, lambda: daemon.sent() == 1)


@part
def our_own_input_is_nothing_to_send_to():
    loop = kept(Client("mio", can_write=False))
    named = configuration(synth="mio").replace('"keys"', '"mio"').replace('"none such"', '"mio"')
    daemon = Daemon(named).attached("back")
    check("the input listens to the program", daemon.comes_up("mio", "input"))
    daemon.desk.note_on(60)
    daemon.desk.send("/s/clock")
    time.sleep(1)
    check("an output does not attach to our own input", not daemon.is_up())
    came = [address for address, _ in back.taken(timeout=0.5) if address.startswith("/midi/mio")]
    check_equal("nothing comes round", came, [])
    back.clear()
    loop.send(note_on(50))
    check_equal("the program itself is heard", len(back.taken()), 1)


@part
def a_virtual_input_takes_a_long_sysex_of_one_event():
    config = configuration(synth="none such") + midi("input", "open", None, virtual="from-others")
    daemon = Daemon(config + route("open", "back")).attached("back")
    writer = kept(Client("writer", can_write=False))
    check("the port is there", wait_for(lambda: own_port("from-others")) is not None)
    back.clear()
    writer.connect_to(*own_port("from-others"))
    for size in (1000, 4096, 6000, 16000):
        result = writer.send(sysex(size))
        came = [args[0] for address, args in back.taken() if address.endswith("sysex")]
        check("SysEx of %d bytes" % size, result == 0 and came == [sysex(size)],
              "errno %d, %s came" % (result, [len(each) for each in came]))
    note(daemon.nonzero("rejected"))


@part
def forty_ports_and_no_queue():
    many = kept(Client("Many", ports=["p%02d" % i for i in range(40)], can_write=False))
    daemon = Daemon(configuration("Many*"))
    attached = 'tactus_plugin_midi_attached_total{plugin="keys"}'
    check_within("all are attached", 10, lambda: daemon.metric(attached) == 40)
    back.clear()
    for i in range(40):
        many.send(note_on(60), port=i)
    check_equal("all are heard", len(back.taken(at_least=40)), 40)
    check_equal("queues of the sequencer that the daemon takes", queues(), 0)


run_parts()

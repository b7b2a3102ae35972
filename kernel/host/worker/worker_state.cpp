// SPDX-License-Identifier: MIT
#include "kernel/host/worker/worker_state.hpp"

#include "kernel/base/signal_stack.hpp"
#include "kernel/base/thread_role.hpp"
#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

namespace tactus::host {

void worker_state::run() {
    const base::thread_role_holder held_role(base::thread_role::worker);
    const base::signal_stack for_handlers;
    prepare_thread(name);
    if (priority > 0) {
        take_priority(priority);
    }
    while (!end.is_abandoned()) {
        run_work();
        if (end.must_stop() && work.is_empty()) {
            break;
        }
        obey_flush();
        take_in();
        send_due();
        pass_real_time();
        rest();
    }
    run_work(); // if it was abandoned in a send: it may be what ends the instance
    end.set_ended();
}

void worker_state::run_work() {
    while (const std::optional<work_item> item = work.take()) {
        {
            const in_call here(*this, "work");
            call_plugin(item->fn, item->arg);
        }
        if (!end.is_abandoned()) {
            reactor.post(item->done, item->done_arg);
        }
    }
}

// There is room for all: each counts as unfinished.
void worker_state::take_in() {
    while (const std::optional<base::record_view> record = ring.front()) {
        hold(*record);
        ring.pop();
    }
}

void worker_state::hold(const base::record_view& record) {
    handed_event handed;
    std::memcpy(&handed, record.header.data(), sizeof handed);
    handed.event.bytes = reinterpret_cast<const std::uint8_t*>(record.payload.data());
    const std::uint64_t its_sequence = sequence++;
    if (flushes.removes(handed.event, its_sequence)) {
        finish(handed.receipt, flow::finish::cancelled);
    } else {
        held.add(handed.event, handed.receipt, its_sequence);
    }
}

void worker_state::obey_flush() {
    if (!flushes.is_new() || !end.may_send()) {
        return;
    }
    flushes.take();
    held.remove_if([this](const held_event& each, std::uint64_t its_sequence) {
        const bool is_gone = flushes.removes(each.event, its_sequence);
        if (is_gone) {
            finish(each.receipt, flow::finish::cancelled);
        }
        return is_gone;
    });
    room.after_send(false); // there may be room now; if not, send reports it again
    full_since_ns.store(0, std::memory_order_relaxed);
    if (output->flush != nullptr) {
        const in_call here(*this, "flush");
        call_plugin(output->flush, plugin, 0U);
    }
}

void worker_state::send_due() {
    while (may_send() && is_first_due()) {
        if (send(held.at(held.first()))) { // otherwise it is full
            held.pop_first();
        }
    }
}

// Events that wait for room keep their order; a clock tick does not wait with them (see output.h).
void worker_state::pass_real_time() {
    while (room.is_full() && end.may_send()) {
        const held_events::entry* const found = first_real_time();
        if (found == nullptr || times.given_ns(found->due_ns) > reactor.clock().now_ns()) {
            return;
        }
        const std::uint64_t passing = found->sequence;
        const std::uint64_t full_since = room.full_since();
        if (!send(held.at(*found))) {
            return;
        }
        room.stay_full(full_since); // for the others
        held.remove_if([passing](const held_event&, std::uint64_t its_sequence) {
            return its_sequence == passing;
        });
        take_in();
    }
}

// Returns the earliest; nullptr if none is held.
const held_events::entry* worker_state::first_real_time() const noexcept {
    return held.first_of(&is_real_time);
}

// Spins for it if the lead allows. Events that arrive meanwhile may be due earlier.
bool worker_state::is_first_due() {
    obey_flush();
    take_in();
    if (held.is_empty()) {
        return false;
    }
    const time::clock& clock = reactor.clock();
    const std::int64_t now_ns =
        lead.spin(clock, times.given_ns(held.first().due_ns), clock.now_ns());
    obey_flush();
    take_in();
    return !held.is_empty() && times.given_ns(held.first().due_ns) <= now_ns &&
           may_send(); // may have been asked to stop
}

// Returns false if there is no room; the event is still to be sent.
bool worker_state::send(const held_event& next) {
    const tactus_event& event = next.event;
    const bool is_midi = event.protocol == TACTUS_PROTO_MIDI;
    const flow::note_ends::candidate note{event.port, next.bytes, next.receipt.ends_ns,
                                          next.receipt.is_begun_before};
    const auto verdict = is_midi ? ends.judge(note) : flow::note_ends::verdict::send;
    if (verdict == flow::note_ends::verdict::outdated) {
        finish(next.receipt, flow::finish::outdated);
        return true;
    }
    if (verdict == flow::note_ends::verdict::end_first && !send_end_of(next)) {
        return false;
    }
    const std::int64_t before_ns = reactor.clock().now_ns();
    const std::optional<flow::finish> sent = send_one(event);
    if (end.is_abandoned()) {
        return true; // nothing is counted any more, and the clock may be gone
    }
    if (!sent) {
        return false;
    }
    send_duration.record(reactor.clock().now_ns() - before_ns);
    std::int64_t late_ns = 0;
    if (*sent == flow::finish::sent) {
        // It may not be due yet: the plugin looks ahead, and delays it by itself.
        const std::int64_t moment_ns = times.leaves_ns(event.due_ns);
        late_ns = std::max<std::int64_t>(0, before_ns - std::max(moment_ns, event.received_ns));
        lateness.record(late_ns);
        if (is_midi) {
            ends.follow(note);
        }
    }
    if (*sent != flow::finish::sent) {
        reasons.add(next.receipt.number, reason); // before the loop is told of the event
    }
    tell({next.receipt.number, *sent, false, late_ns});
    return true;
}

// Sends a note-off for the note that this note-on retriggers. Returns false if there is no room.
bool worker_state::send_end_of(const held_event& begun_anew) {
    const auto message = codec::note_off(begun_anew.bytes[0] & 0x0F, begun_anew.bytes[1]);
    tactus_event event = begun_anew.event;
    event.bytes = message.data();
    event.size = message.size();
    event.tag = 0;
    event.flags = TACTUS_EVENT_CRITICAL;
    const std::optional<flow::finish> sent = send_one(event);
    if (end.is_abandoned()) {
        return true;
    }
    if (sent) {
        ends.follow({event.port, message}); // even if it failed: it is not retried
        tell({begun_anew.receipt.number, *sent, true});
    }
    return sent.has_value();
}

std::optional<flow::finish> worker_state::send_one(const tactus_event& event) {
    const tactus_batch batch{sizeof batch, 1, sizeof event, 0, &event};
    std::uint32_t accepted = 0;
    room.before_send();
    tactus_status status = TACTUS_OK;
    {
        const in_call here(*this, "send");
        const takes_reason given(reason);
        status = call_plugin(output->send, plugin, &batch, &accepted);
    }
    const bool is_full = status == TACTUS_E_AGAIN && accepted == 0;
    room.after_send(is_full);
    follow_room(is_full);
    if (is_full) {
        return std::nullopt;
    }
    if (status == TACTUS_OK || accepted == 1) {
        return flow::finish::sent;
    }
    return status == TACTUS_E_CLOSED ? flow::finish::refused : flow::finish::failed;
}

// The clock may be gone once it is abandoned.
void worker_state::follow_room(bool is_full) noexcept {
    if (!is_full) {
        full_since_ns.store(0, std::memory_order_relaxed);
    } else if (full_since_ns.load(std::memory_order_relaxed) == 0 && !end.is_abandoned()) {
        full_since_ns.store(reactor.clock().now_ns(), std::memory_order_relaxed);
    }
}

worker_state::in_call::in_call(worker_state& of, const char* callback) noexcept
    : of_(of), here_(of.name.c_str(), callback) {
    of_.busy_in.store(callback, std::memory_order_relaxed);
    if (!of_.end.is_abandoned()) { // otherwise the clock may be gone
        of_.busy_since_ns.store(of_.reactor.clock().now_ns(), std::memory_order_relaxed);
    }
}

worker_state::in_call::~in_call() {
    of_.busy_since_ns.store(0, std::memory_order_relaxed);
}

// There is always room: the number of unfinished events is bounded.
void worker_state::tell(const flow::completion& told) {
    (void)completions.try_push(std::as_bytes(std::span(&told, 1)), {});
}

void worker_state::rest() {
    if (end.is_abandoned()) {
        return;
    }
    if (!ring.consumer_may_sleep()) {
        return;
    }
    if (!held.is_empty() && may_send()) {
        const std::int64_t due_ns = times.given_ns(held.first().due_ns);
        const std::int64_t wanted_ns = due_ns - lead.lead_ns();
        wake.wait_until(wanted_ns);
        if (end.is_abandoned()) {
            return; // the clock may be gone
        }
        if (const std::int64_t now_ns = reactor.clock().now_ns(); now_ns >= wanted_ns) {
            lead.woke(due_ns, now_ns); // only if it was not woken for another reason
        }
        return;
    }
    if (!work.is_empty() || end.must_stop()) {
        return;
    }
    const held_events::entry* const passing = room.is_full() ? first_real_time() : nullptr;
    if (passing != nullptr) {
        wake.wait_until(times.given_ns(passing->due_ns));
    } else {
        wake.wait();
    }
}

} // namespace tactus::host

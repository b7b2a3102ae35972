// SPDX-License-Identifier: MIT
#include "kernel/host/worker_state.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

namespace tactus::host {
namespace {

// Bounds: the bytes are there.
bool is_real_time(const tactus_event& event) noexcept {
    return event.protocol == TACTUS_PROTO_MIDI && event.size == 1 &&
           codec::is_real_time(event.bytes[0]);
}

} // namespace

void worker_state::run() {
    prepare_thread(name);
    if (priority > 0) {
        take_priority(priority);
    }
    for (std::size_t i = 0; i < held.size(); ++i) {
        free_places.push_back(held.size() - 1 - i);
    }
    order.reserve(held.size());
    while (!is_abandoned.load(std::memory_order_acquire)) {
        {
            std::unique_lock lock(mutex);
            run_work(lock);
            if (must_stop.load(std::memory_order_acquire) && work.empty()) {
                break;
            }
        }
        obey_flush();
        take_in();
        send_due();
        pass_real_time();
        rest();
    }
    has_ended.store(true, std::memory_order_release);
}

void worker_state::run_work(std::unique_lock<base::priority_mutex>& lock) {
    while (!work.empty()) {
        const work_item item = work.front();
        work.pop_front();
        lock.unlock();
        busy_since_ns.store(reactor.clock().now_ns(), std::memory_order_relaxed);
        item.fn(item.arg);
        busy_since_ns.store(0, std::memory_order_relaxed);
        if (!is_abandoned.load(std::memory_order_acquire)) {
            reactor.post(item.done, item.done_arg);
        }
        lock.lock();
    }
}

void worker_state::take_in() {
    while (!free_places.empty()) {
        const std::optional<base::record_view> record = ring.front();
        if (!record) {
            return;
        }
        hold(*record);
        ring.pop();
    }
}

void worker_state::hold(const base::record_view& record) {
    const std::size_t place = free_places.back();
    held_event& taken = held[place];
    handed_event handed;
    std::memcpy(&handed, record.header.data(), sizeof handed);
    taken.event = handed.event;
    taken.receipt = handed.receipt;
    const std::uint64_t its_sequence = sequence++;
    taken.event.bytes = reinterpret_cast<const std::uint8_t*>(record.payload.data());
    if (is_forgotten(taken.event, its_sequence)) {
        finish(taken.receipt, flow::finish::cancelled);
        return;
    }
    free_places.pop_back();
    taken.bytes.assign(taken.event.bytes, taken.event.bytes + record.payload.size());
    taken.event.bytes = taken.bytes.data();
    order.push_back({taken.event.due_ns, its_sequence, place});
    std::push_heap(order.begin(), order.end());
}

bool worker_state::is_forgotten(const tactus_event& event, std::uint64_t its_sequence) const {
    const bool is_kept = (event.flags & TACTUS_EVENT_CRITICAL) != 0 || is_real_time(event);
    return its_sequence < dropped_before || (its_sequence < flushed_before && !is_kept);
}

void worker_state::obey_flush() {
    const std::uint64_t asked = flushes.load(std::memory_order_acquire);
    if (asked == flushes_done || !may_send_at_all()) {
        return;
    }
    flushes_done = asked;
    flushed_before = flush_before.load(std::memory_order_acquire);
    dropped_before = drop_before.load(std::memory_order_acquire);
    std::erase_if(order, [this](const due_order& each) {
        const bool is_gone = is_forgotten(held[each.place].event, each.sequence);
        if (is_gone) {
            free_places.push_back(each.place);
            finish(held[each.place].receipt, flow::finish::cancelled);
        }
        return is_gone;
    });
    std::make_heap(order.begin(), order.end());
    is_full = false; // there may be room now; if not, send reports it again
    if (TACTUS_HAS(output, tactus_output_0, flush) && output->flush != nullptr) {
        busy_since_ns.store(reactor.clock().now_ns(), std::memory_order_relaxed);
        output->flush(plugin, 0);
        busy_since_ns.store(0, std::memory_order_relaxed);
    }
}

void worker_state::send_due() {
    while (may_send() && is_first_due()) {
        const due_order first = order.front();
        std::pop_heap(order.begin(), order.end());
        order.pop_back();
        if (send(held[first.place])) {
            free_places.push_back(first.place);
        } else { // full: it returns to its place
            order.push_back(first);
            std::push_heap(order.begin(), order.end());
        }
    }
}

// Events that wait for room keep their order; a clock tick does not wait with them (see output.h).
void worker_state::pass_real_time() {
    while (is_paused() && may_send_at_all()) {
        const due_order* const found = first_real_time();
        if (found == nullptr || given_ns(found->due_ns) > reactor.clock().now_ns()) {
            return;
        }
        const due_order passing = *found;
        const std::uint64_t full_since = full_writables;
        if (!send(held[passing.place])) {
            return;
        }
        is_full = true; // for the others
        full_writables = full_since;
        order.erase(order.begin() + (found - order.data()));
        std::make_heap(order.begin(), order.end());
        free_places.push_back(passing.place);
        take_in();
    }
}

// Returns the earliest; nullptr if none is held.
const due_order* worker_state::first_real_time() const noexcept {
    const due_order* first = nullptr;
    for (const due_order& each : order) {
        const held_event& event = held[each.place];
        if (is_real_time(event.event) && (first == nullptr || *first < each)) {
            first = &each;
        }
    }
    return first;
}

bool worker_state::is_paused() const noexcept {
    return is_full && writables.load(std::memory_order_acquire) == full_writables;
}

// Spins for it if the lead allows. Events that arrive meanwhile may be due earlier.
bool worker_state::is_first_due() {
    obey_flush();
    take_in();
    if (order.empty()) {
        return false;
    }
    const time::clock& clock = reactor.clock();
    const std::int64_t now_ns = lead.spin(clock, given_ns(order.front().due_ns), clock.now_ns());
    obey_flush();
    take_in();
    return !order.empty() && given_ns(order.front().due_ns) <= now_ns &&
           may_send(); // may have been asked to stop
}

bool worker_state::may_send_at_all() const noexcept {
    return !must_stop.load(std::memory_order_acquire) &&
           !is_abandoned.load(std::memory_order_acquire);
}

bool worker_state::may_send() const noexcept {
    return !is_paused() && may_send_at_all();
}

// Returns false if there is no room; the event is still to be sent.
bool worker_state::send(held_event& held_now) {
    const tactus_event& event = held_now.event;
    const bool is_midi = event.protocol == TACTUS_PROTO_MIDI;
    const flow::note_ends::candidate note{event.port, held_now.bytes, held_now.receipt.ends_ns,
                                          held_now.receipt.is_begun_before};
    const auto verdict = is_midi ? ends.judge(note) : flow::note_ends::verdict::send;
    if (verdict == flow::note_ends::verdict::outdated) {
        finish(held_now.receipt, flow::finish::outdated);
        return true;
    }
    if (verdict == flow::note_ends::verdict::end_first && !send_end_of(held_now)) {
        return false;
    }
    const std::int64_t before_ns = reactor.clock().now_ns();
    const std::optional<flow::finish> sent = send_one(event);
    if (is_abandoned.load(std::memory_order_acquire)) {
        return true; // nothing is counted any more, and the clock may be gone
    }
    if (!sent) {
        return false;
    }
    send_duration.record(reactor.clock().now_ns() - before_ns);
    if (*sent == flow::finish::sent) {
        // It may not be due yet: the plugin looks ahead, and delays it by itself.
        const std::int64_t moment_ns = event.due_ns - ahead_ns.load(std::memory_order_relaxed);
        const std::int64_t late_ns = before_ns - std::max(moment_ns, event.received_ns);
        lateness.record(std::max<std::int64_t>(0, late_ns));
        if (is_midi) {
            ends.follow(note);
        }
    }
    finish(held_now.receipt, *sent);
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
    if (is_abandoned.load(std::memory_order_acquire)) {
        return true;
    }
    if (sent) {
        ends.follow({event.port, message}); // even if it failed: it is not retried
        finish(begun_anew.receipt, *sent, true);
    }
    return sent.has_value();
}

std::optional<flow::finish> worker_state::send_one(const tactus_event& event) {
    const tactus_batch batch{sizeof batch, 1, sizeof event, 0, &event};
    std::uint32_t accepted = 0;
    full_writables = writables.load(std::memory_order_acquire);
    busy_since_ns.store(reactor.clock().now_ns(), std::memory_order_relaxed);
    const tactus_status status = output->send(plugin, &batch, &accepted);
    busy_since_ns.store(0, std::memory_order_relaxed);
    is_full = status == TACTUS_E_AGAIN && accepted == 0;
    if (is_full) {
        return std::nullopt;
    }
    if (status == TACTUS_OK || accepted == 1) {
        return flow::finish::sent;
    }
    return status == TACTUS_E_CLOSED ? flow::finish::refused : flow::finish::failed;
}

// There is always room: the number of unfinished events is bounded.
void worker_state::finish(const flow::receipt& of, flow::finish how, bool is_end_before) {
    const flow::completion told{of.number, how, is_end_before};
    (void)completions.try_push(std::as_bytes(std::span(&told, 1)), {});
}

void worker_state::rest() {
    if (is_abandoned.load(std::memory_order_acquire)) {
        return;
    }
    const bool holds_all_it_can = free_places.empty(); // then the ring may keep its events
    if (!holds_all_it_can && !ring.consumer_may_sleep()) {
        return;
    }
    if (!order.empty() && may_send()) {
        const std::int64_t due_ns = given_ns(order.front().due_ns);
        const std::int64_t wanted_ns = due_ns - lead.lead_ns();
        wake.wait_until(wanted_ns);
        if (is_abandoned.load(std::memory_order_acquire)) {
            return; // the clock may be gone
        }
        if (const std::int64_t now_ns = reactor.clock().now_ns(); now_ns >= wanted_ns) {
            lead.woke(due_ns, now_ns); // only if it was not woken for another reason
        }
        return;
    }
    {
        const std::lock_guard lock(mutex);
        if (!work.empty() || must_stop.load(std::memory_order_acquire)) {
            return;
        }
    }
    const due_order* const passing = is_paused() ? first_real_time() : nullptr;
    if (passing != nullptr) {
        wake.wait_until(given_ns(passing->due_ns));
    } else {
        wake.wait();
    }
}

} // namespace tactus::host

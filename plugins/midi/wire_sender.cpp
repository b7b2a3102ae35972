// SPDX-License-Identifier: MIT
#include "wire_sender.hpp"

#include "message_kind.hpp"

#include <algorithm>
#include <utility>

namespace midi {

using tactus::bytes_of;
using tactus::to_ns;

std::int64_t wire_sender::moment_of(const tactus_event& event) noexcept {
    const std::int64_t due_ns = event.due_ns - settings_.latency.count();
    return settings_.is_steady
               ? steady_.moment_of({due_ns, event.received_ns},
                                   {connection_.lookahead().count(), connection_.period().count()})
               : due_ns;
}

// A paced wire carries messages one after another; therefore all keep the same distance from now:
// those known ahead came that long before they were due.
std::int64_t wire_sender::paced_moment(std::int64_t now_ns) const noexcept {
    return now_ns + connection_.lookahead().count();
}

tactus_status wire_sender::give(const tactus_event& event) noexcept {
    const bool is_part = (event.flags & TACTUS_EVENT_SYSEX_PART) != 0;
    return is_part || !long_.is_idle() ? give_beside(event) : give_now(event);
}

tactus_status wire_sender::give_now(const tactus_event& event) noexcept {
    const wire_pace::bytes_view message = bytes_of(event);
    const std::int64_t now_ns = to_ns(here_.now());
    if (!pace_.has_room(message, now_ns)) {
        return wait_for_room();
    }
    return give_bytes(message, pace_.is_on() ? paced_moment(now_ns) : moment_of(event), now_ns);
}

// Bounds: the pace has room.
tactus_status wire_sender::give_bytes(wire_pace::bytes_view message, std::int64_t moment_ns,
                                      std::int64_t now_ns) noexcept {
    const bool is_short = !is_sysex(message);
    const part_limits limits = is_short ? part_limits() : connection_.limits_of(message.size());
    const wire_pace::bytes_view part = pace_.first_part(message, limits);
    const tactus_status status = send_part({part, moment_ns}, now_ns);
    if (status == TACTUS_E_AGAIN) {
        return wait_for_room();
    }
    if (status == TACTUS_OK) {
        pace_.begin(message, part.size(), now_ns);
    }
    if (pace_.is_open()) {
        signals_.pace.set_from_any_thread();
    }
    return status;
}

tactus_status wire_sender::wait_for_room() noexcept {
    must_wait_ = true;
    signals_.pace.set_from_any_thread();
    return TACTUS_E_AGAIN;
}

// The MIDI system does not report when it has room again; it is polled, first after a short time.
tactus_status wire_sender::send_part(const timed_part& part, std::int64_t now_ns) noexcept {
    constexpr std::int64_t retry_min_ns = 500'000;
    constexpr std::int64_t retry_max_ns = 4'000'000;
    const tactus_status status = connection_.send(part.bytes, part.due_ns);
    if (status == TACTUS_E_AGAIN) {
        retry_span_ns_ = retry_ns_ == 0 ? retry_min_ns : std::min(retry_span_ns_ * 2, retry_max_ns);
        retry_ns_ = now_ns + retry_span_ns_;
        return status;
    }
    retry_ns_ = 0;
    if (status == TACTUS_OK) {
        sensing_.leaves(std::max(part.due_ns, now_ns));
        if (connection_.lookahead().count() == 0) { // otherwise JACK's frame shows it, later
            const std::int64_t late_ns = to_ns(here_.now()) - part.due_ns;
            counted_.lateness.observe(std::chrono::nanoseconds(std::max<std::int64_t>(late_ns, 0)));
        }
    } else {
        pace_.drop();
    }
    return status;
}

void wire_sender::send_parts(std::int64_t now_ns) noexcept {
    constexpr int parts_max = 16; // then the thread may run other work
    for (int i = 0; i < parts_max && retry_ns_ <= now_ns; ++i) {
        const wire_pace::bytes_view part = pace_.next_part(now_ns);
        if (part.empty()) {
            return;
        }
        const tactus_status status = send_part({part, paced_moment(now_ns)}, now_ns);
        if (status == TACTUS_OK) {
            pace_.part_sent(now_ns);
            long_.moved(now_ns);
        } else if (status != TACTUS_E_AGAIN) {
            long_.is_open() ? cut_long() : counted_.cut.add(1);
            return;
        }
    }
}

// Sends the parts of a SysEx that are due. Returns also whether a waiting caller may go on.
wire_sender::pace_step wire_sender::step() noexcept {
    const std::int64_t now_ns = to_ns(here_.now());
    pace_step next;
    send_parts(now_ns);
    const bool must_send_kept = !long_.is_open() && !send_kept(now_ns);
    next.has_room = must_wait_ && !must_send_kept && std::max(pace_.room_ns(), retry_ns_) <= now_ns;
    must_wait_ = must_wait_ && !next.has_room;
    const bool waits = must_wait_ || must_send_kept;
    const std::int64_t next_ns =
        std::min(pace_.next_part_ns(), waits ? pace_.room_ns() : wire_pace::never_ns);
    next.next_ns = next_ns == wire_pace::never_ns ? next_ns : std::max(next_ns, retry_ns_);
    return next;
}

// Active sensing is real-time; therefore it overtakes waiting messages and may go between the parts
// of a SysEx. Since parts count as something sent, it does so only if they are further apart; a
// receiver that took the line to be cut would not take the rest.
std::int64_t wire_sender::sense() noexcept {
    constexpr std::uint8_t active_sensing[] = {0xFE};
    const std::int64_t now_ns = to_ns(here_.now());
    const std::int64_t lookahead_ns = connection_.lookahead().count();
    if (sensing_.look_ns(lookahead_ns) <= now_ns) {
        const std::int64_t due_ns = std::max(sensing_.due_ns(), now_ns);
        const tactus_status status = connection_.send(active_sensing, due_ns);
        if (status == TACTUS_E_AGAIN) {
            return now_ns + sensing_pace::retry_ns;
        }
        if (status == TACTUS_OK) {
            pace_.begin(active_sensing, 1, now_ns);
        }
        sensing_.leaves(due_ns); // or it is lost, like everything else
    }
    return sensing_.look_ns(lookahead_ns);
}

// Later messages are urgent. The SysEx is ended: they would be taken for a part of it otherwise.
void wire_sender::flush() noexcept {
    const bool must_cut = pace_.is_open() || long_.is_open();
    pace_.drop();
    connection_.flush();
    sensing_.flushed(to_ns(here_.now()));
    retry_ns_ = 0; // what did not fit may be gone
    if (must_cut) {
        cut_long();
    }
}

// Other messages must not get TACTUS_E_AGAIN while a SysEx is open: its parts wait behind them in
// the worker. Afterwards they may.
tactus_status wire_sender::give_beside(const tactus_event& event) noexcept {
    const wire_pace::bytes_view message = bytes_of(event);
    if ((event.flags & TACTUS_EVENT_SYSEX_PART) != 0) {
        return give_part(event);
    }
    if (is_real_time(message)) {
        return give_now(event);
    }
    if (long_.is_open()) {
        if (long_.keep({message, moment_of(event)})) {
            return TACTUS_OK;
        }
        cut_long();
    }
    return send_kept(to_ns(here_.now())) ? give_now(event) : wait_for_room();
}

tactus_status wire_sender::give_part(const tactus_event& part) noexcept {
    const wire_pace::bytes_view bytes = bytes_of(part);
    const std::int64_t now_ns = to_ns(here_.now());
    const bool is_last = bytes.back() == 0xF7;
    if (bytes[0] == 0xF0) {
        if (long_.is_open()) {
            cut_long();
        }
        if (!send_kept(now_ns)) {
            return wait_for_room();
        }
    } else if (!long_.is_open()) { // it was given up, and its end sent
        return is_last && bytes.size() == 1 ? TACTUS_OK : TACTUS_E_IO;
    }
    const tactus_status status = give_now(part);
    long_.moved(now_ns);
    if (status == TACTUS_OK && bytes[0] == 0xF0) {
        long_.begin(now_ns);
        signals_.long_sysex.set_from_any_thread();
    } else if (status == TACTUS_OK && is_last) {
        long_.finish();
        static_cast<void>(send_kept(now_ns));
    } else if (status != TACTUS_OK && status != TACTUS_E_AGAIN && long_.is_open()) {
        cut_long();
    }
    return status;
}

void wire_sender::cut_long() noexcept {
    pace_.drop();
    long_.cut();
    counted_.cut.add(1);
    static_cast<void>(send_kept(to_ns(here_.now())));
}

// Sends what is owed since a SysEx in parts ended. Returns false if some is left; the pace then
// takes care of it. Bounds: the SysEx is not open.
bool wire_sender::send_kept(std::int64_t now_ns) noexcept {
    while (!long_.is_idle()) {
        const long_sysex_out::message next = long_.front();
        const bool has_room = retry_ns_ <= now_ns && pace_.has_room(next.bytes, now_ns);
        const std::int64_t moment_ns =
            pace_.is_on() ? paced_moment(now_ns) : std::max(next.moment_ns, std::int64_t{1});
        if (!has_room || give_bytes(next.bytes, moment_ns, now_ns) == TACTUS_E_AGAIN) {
            signals_.pace.set_from_any_thread();
            return false;
        }
        long_.pop();
    }
    return true;
}

std::int64_t wire_sender::check_long() noexcept {
    const std::int64_t now_ns = to_ns(here_.now());
    if (long_.is_open() && (pace_.is_open() || must_wait_)) { // the delay is ours
        long_.moved(now_ns);
    }
    if (long_.is_open() && long_.gives_up_ns() <= now_ns) {
        cut_long();
    }
    return long_.is_open() ? long_.gives_up_ns() : wire_pace::never_ns;
}

// A newly attached port has not received the beginning of a SysEx in progress.
connection_report wire_sender::check_connection() {
    const connection_report now = connection_.check();
    if (std::exchange(attached_seen_, now.attached) != now.attached && long_.is_open()) {
        cut_long();
    }
    return now;
}

} // namespace midi

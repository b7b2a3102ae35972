// SPDX-License-Identifier: MIT
// A sink that writes down what it is given, and answers as the test wants: full, failing, or
// finishing later, as a worker does. Used by the tests of flow. Threads: one.
#pragma once

#include "kernel/flow/output/sink.hpp"
#include "kernel/time/clock.hpp"

#include <tactus/event.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace tactus::testing {

class recording_sink final : public flow::sink {
public:
    struct record {
        std::int64_t at_ns;
        std::int64_t due_ns;
        std::int64_t received_ns;
        std::string bytes;
        std::uint32_t port;
        std::uint32_t tag;
        std::uint16_t protocol;
        std::uint16_t flags;
    };
    static constexpr std::size_t endless = std::numeric_limits<std::size_t>::max();

    explicit recording_sink(const time::clock& clock) : clock_(clock) {}

    // How many events it still takes before it answers TACTUS_E_AGAIN.
    std::size_t room = endless;
    // Asked for each event; anything but TACTUS_OK is the answer for it.
    std::function<tactus_status(const tactus_event&)> judge;
    // Called for each event that was taken.
    std::function<void(const tactus_event&)> on_taken;
    std::function<void(flow::keep)> on_flush;
    // What a worker has accepted and not finished: receipts, oldest first.
    std::deque<flow::receipt> unfinished;
    bool is_alive = true; // what it says of itself when it is detached
    const base::histogram* own_lateness = nullptr;

    std::vector<record> records;
    std::vector<std::uint32_t> batch_sizes;
    std::vector<std::size_t> records_at_flush; // how much had come before each flush
    std::vector<flow::keep> kept_at_flush;
    std::vector<std::int64_t> slow_ns_seen;

    flow::hand_off send(const tactus_batch& batch) noexcept override {
        batch_sizes.push_back(batch.count);
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            const tactus_event& event = batch.events[i];
            if (room == 0) {
                return {TACTUS_E_AGAIN, i};
            }
            const tactus_status status = judge ? judge(event) : TACTUS_OK;
            if (status != TACTUS_OK) {
                return {status, i};
            }
            room -= room == endless ? 0 : 1;
            write_down(event);
        }
        return {TACTUS_OK, batch.count};
    }
    flow::hand_off accept(const tactus_batch& batch,
                          const flow::receipt* receipts) noexcept override {
        const flow::hand_off answer = send(batch);
        const std::uint32_t taken = answer.status == TACTUS_OK ? batch.count : answer.accepted;
        unfinished.insert(unfinished.end(), receipts, receipts + taken);
        return answer;
    }
    // The oldest so many end in that way.
    void finish(std::size_t count, flow::finish how = flow::finish::sent) {
        for (; count > 0; --count) {
            tell({unfinished.front().number, how, false});
            unfinished.pop_front();
        }
    }
    void tell(const flow::completion& what) { told_.push_back(what); }
    // A new worker in place of this one.
    void begin_anew() {
        unfinished.clear();
        told_.clear();
    }
    bool next_completion(flow::completion& into) noexcept override {
        if (told_.empty()) {
            return false;
        }
        into = told_.front();
        told_.pop_front();
        return true;
    }
    [[nodiscard]] bool has_ended() const noexcept override { return !is_alive; }
    void flush(flow::keep kept) noexcept override {
        records_at_flush.push_back(records.size());
        kept_at_flush.push_back(kept);
        if (on_flush) {
            on_flush(kept);
        }
    }
    void was_slow(std::int64_t took_ns) noexcept override { slow_ns_seen.push_back(took_ns); }
    [[nodiscard]] const base::histogram* lateness() const noexcept override { return own_lateness; }
    [[nodiscard]] const base::histogram* send_duration() const noexcept override {
        return own_lateness;
    }

    // The payloads, in the order in which they came.
    [[nodiscard]] std::vector<std::string> payloads() const {
        std::vector<std::string> all;
        for (const record& each : records) {
            all.push_back(each.bytes);
        }
        return all;
    }

private:
    void write_down(const tactus_event& event) {
        records.push_back({clock_.now_ns(), event.due_ns, event.received_ns,
                           std::string(reinterpret_cast<const char*>(event.bytes), event.size),
                           event.port, event.tag, event.protocol, event.flags});
        if (on_taken) {
            on_taken(event);
        }
    }

    const time::clock& clock_;
    std::deque<flow::completion> told_;
};

} // namespace tactus::testing

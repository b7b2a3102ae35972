// SPDX-License-Identifier: MIT
// A worker that holds what its sink accepted and sends it in any order, as the test wants; it
// judges notes that end by themselves as a real one does.
#pragma once

#include "kernel/flow/output/notes/note_ends.hpp"

#include "tests/support/recording_sink.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tactus::flow::test {

class worker_model {
public:
    struct held {
        std::string message;
        std::uint32_t port = 0;
        std::int64_t due_ns = 0;
        bool is_critical = false;
        bool has_receipt = false;
        flow::receipt receipt{};

        [[nodiscard]] note_ends::candidate as_note() const {
            return {port,
                    {reinterpret_cast<const std::uint8_t*>(message.data()), message.size()},
                    receipt.ends_ns,
                    receipt.is_begun_before};
        }
    };

    // `plays` gets what is really sent; `luck` says how the next send ends.
    worker_model(testing::recording_sink& sink, std::function<void(const held&)> plays,
                 std::function<finish()> luck)
        : sink_(sink), plays_(std::move(plays)), luck_(std::move(luck)) {
        sink_.on_flush = [this](keep kept) { flush(kept); };
    }
    worker_model(const worker_model&) = delete;
    worker_model& operator=(const worker_model&) = delete;
    ~worker_model() { sink_.on_flush = nullptr; }

    void accepted(const tactus_event& event) {
        held_.push_back({std::string(reinterpret_cast<const char*>(event.bytes), event.size),
                         event.port, event.due_ns, (event.flags & TACTUS_EVENT_CRITICAL) != 0});
    }
    [[nodiscard]] std::size_t size() const { return held_.size(); }

    // Which of them is due first.
    [[nodiscard]] std::size_t first() const {
        const auto found =
            std::min_element(held_.begin(), held_.end(),
                             [](const held& a, const held& b) { return a.due_ns < b.due_ns; });
        return static_cast<std::size_t>(found - held_.begin());
    }
    // Sends one, and tells what became of it.
    void send(std::size_t which) {
        assign_receipts();
        const held one = take(which);
        const note_ends::verdict verdict = ends_.judge(one.as_note());
        if (verdict == note_ends::verdict::outdated) {
            sink_.tell({one.receipt.number, finish::outdated, false});
            return;
        }
        if (verdict == note_ends::verdict::end_first) {
            held end = one;
            end.message[0] = static_cast<char>(one.message[0] & 0x8F);
            end.receipt.ends_ns = 0;
            sink_.tell({one.receipt.number, try_to_play(end), true});
        }
        sink_.tell({one.receipt.number, try_to_play(one), false});
    }
    // The last thing before it is cut off: one is sent, and nobody is told.
    void send_untold(std::size_t which) { play(held_[which]); }
    // Another worker begins in its place.
    void begin_anew() {
        held_.clear();
        ends_ = {};
    }

private:
    // They come when all of a batch was accepted.
    void assign_receipts() {
        for (held& each : held_) {
            if (!each.has_receipt && !sink_.unfinished.empty()) {
                each.receipt = sink_.unfinished.front();
                each.has_receipt = true;
                sink_.unfinished.pop_front();
            }
        }
    }
    void flush(keep kept) {
        assign_receipts();
        std::erase_if(held_, [&](const held& each) {
            const bool is_gone = kept == keep::nothing || !each.is_critical;
            if (is_gone) {
                sink_.tell({each.receipt.number, finish::cancelled, false});
            }
            return is_gone;
        });
    }
    held take(std::size_t which) {
        held one = held_[which];
        held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(which));
        return one;
    }
    finish try_to_play(const held& one) {
        const finish how = luck_();
        if (how == finish::sent) {
            play(one);
        }
        return how;
    }
    void play(const held& one) {
        ends_.follow(one.as_note());
        plays_(one);
    }

    testing::recording_sink& sink_;
    std::function<void(const held&)> plays_;
    std::function<finish()> luck_;
    std::vector<held> held_;
    note_ends ends_;
};

} // namespace tactus::flow::test

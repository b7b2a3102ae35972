// SPDX-License-Identifier: MIT
// A jack_event_writer on a stage: one period after another, in virtual time. A period of 100 frames
// is 1 ms.
#pragma once

#include "plugins/midi/jack_event_writer.hpp"
#include "tests/support/catch.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace tactus::test {

using message = std::vector<std::uint8_t>;

inline constexpr std::int64_t period_ns = 1'000'000;
inline constexpr std::int64_t frame_ns = 10'000;

struct written {
    std::uint32_t frame;
    message bytes;
    friend bool operator==(const written& a, const written& b) {
        return a.frame == b.frame && a.bytes == b.bytes;
    }
};

class buffer final : public midi::jack_room {
public:
    explicit buffer(std::size_t size) : left_(size) {}
    std::size_t left() noexcept override { return left_; }
    std::uint8_t* reserve(std::uint32_t frame, std::size_t size) noexcept override {
        if (size > left_ || (!events.empty() && frame < events.back().frame)) {
            return nullptr;
        }
        left_ -= size;
        events.push_back({frame, message(size)});
        return events.back().bytes.data();
    }
    std::deque<written> events;

private:
    std::size_t left_;
};

class stage {
public:
    void push(std::int64_t due_ns, const message& bytes) { REQUIRE(output->push(due_ns, bytes)); }

    // The next period; what stands in it.
    std::vector<written> next(std::size_t room = 32'000, std::uint32_t missed = 0) {
        now_ns += missed * period_ns;
        lost += output->begin(missed);
        buffer to(room);
        output->write({100, now_ns, now_ns + period_ns}, to);
        now_ns += period_ns;
        return {to.events.begin(), to.events.end()};
    }

    std::int64_t now_ns = 1'000'000'000; // when the next period begins
    std::uint32_t lost = 0;
    std::vector<std::int64_t> late_ns; // as it was told, of each message
    std::unique_ptr<midi::jack_event_writer> output =
        std::make_unique<midi::jack_event_writer>(as_tally());

private:
    midi::tally as_tally() noexcept {
        midi::tally made;
        made.call = [](void* self, std::int64_t ns) noexcept {
            static_cast<stage*>(self)->late_ns.push_back(ns);
        };
        made.context = this;
        return made;
    }
};

inline const message on{0x90, 60, 100};
inline const message off{0x80, 60, 0};
inline const message other_on{0x90, 61, 100};
inline const message bend{0xE0, 1, 2};

} // namespace tactus::test

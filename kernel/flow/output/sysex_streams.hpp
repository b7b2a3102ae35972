// SPDX-License-Identifier: MIT
// SysEx that go through in parts (TACTUS_EVENT_SYSEX_PART): which are under way, and which outputs
// take part in each. A stream is known by the input and the port of its that it comes from. An
// output takes part in one at a time, since a wire carries one SysEx at a time: so what has gone
// wrong at an output is found by the output's number. What was not taken is remembered too, so that
// the rest of it goes the same way. Nothing allocates after make_room. Threads: loop.
//
//   open -> (each output by itself) taking -> left for a reason
//        -> closed, by the last part, by the next first part, or as the input goes
#pragma once

#include "kernel/flow/ledger.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tactus::flow {

class sysex_streams {
public:
    static constexpr std::size_t streams_max = 64;
    // A stream of which nothing has come for so long gives its place to another.
    static constexpr std::int64_t stale_ns = 10'000'000'000;

    struct participant {
        std::uint16_t output = 0;
        std::uint32_t port = 0;
        std::optional<dropped> why = {}; // it takes no more; what comes is dropped for that
    };
    struct stream {
        bool is_open = false;
        std::uint16_t input = 0;
        std::uint32_t source = 0;
        std::int64_t last_ns = 0; // when a part of it came
        // The first part went nowhere, for this reason; so does the rest.
        std::optional<flow::rejected> refused = {};
        std::optional<flow::unrouted> unrouted = {};
        std::vector<participant> outputs = {};

        [[nodiscard]] bool is_taken() const noexcept {
            for (const participant& each : outputs) {
                if (!each.why) {
                    return true;
                }
            }
            return false;
        }
    };

    // For outputs of numbers below that. Allocates. Bounds: nothing is under way.
    void make_room(std::size_t outputs) {
        places_.resize(outputs);
        for (stream& each : streams_) {
            each.outputs.reserve(outputs);
        }
    }

    // nullptr: none.
    [[nodiscard]] stream* find(std::uint16_t input, std::uint32_t source) noexcept {
        for (stream& each : streams_) {
            if (each.is_open && each.input == input && each.source == source) {
                return &each;
            }
        }
        return nullptr;
    }
    // Where a new one may be; it may hold one that is stale, which has to be ended. nullptr: there
    // is no place.
    [[nodiscard]] stream* find_place(std::int64_t now_ns) noexcept {
        stream* oldest = nullptr;
        for (stream& each : streams_) {
            if (!each.is_open) {
                return &each;
            }
            const bool is_stale = now_ns - each.last_ns >= stale_ns;
            if (is_stale && (oldest == nullptr || each.last_ns < oldest->last_ns)) {
                oldest = &each;
            }
        }
        return oldest;
    }
    // Calls use(stream&) for each that is open.
    template <class Use>
    void for_each_open(Use&& use) {
        for (stream& each : streams_) {
            if (each.is_open) {
                use(each);
            }
        }
    }

    // Bounds: the place is not open.
    static void open(stream& place, std::uint16_t input, std::uint32_t source) noexcept {
        place.is_open = true;
        place.input = input;
        place.source = source;
        place.refused.reset();
        place.unrouted.reset();
        place.outputs.clear();
    }
    void close(stream& ended) noexcept {
        for (const participant& each : ended.outputs) {
            if (!each.why) {
                places_[each.output].of = nullptr;
            }
        }
        ended.outputs.clear();
        ended.is_open = false;
    }

    // The output has one already.
    [[nodiscard]] bool is_busy(std::uint16_t output) const noexcept {
        return places_[output].of != nullptr;
    }
    // It takes part; `sequence`: of its first delivery. Bounds: it is not busy, and in no list of
    // the stream's yet.
    void join(stream& to, const participant& one, std::uint64_t sequence) noexcept {
        place& own = places_[one.output];
        own.of = &to;
        own.first = sequence;
        to.outputs.push_back(one); // within what was reserved
    }
    // It does not.
    static void stay_out(stream& of, std::uint16_t output, dropped why) noexcept {
        of.outputs.push_back({output, 0, why});
    }
    // It took part, and does no more. nullptr: it did not take part in what that delivery belongs
    // to. Else what it was; the port is still said.
    participant* leave(std::uint16_t output, std::uint64_t sequence, dropped why) noexcept {
        if (output >= places_.size() || places_[output].of == nullptr ||
            sequence < places_[output].first) {
            return nullptr;
        }
        for (participant& each : places_[output].of->outputs) {
            if (each.output == output) {
                each.why = why;
                places_[output].of = nullptr;
                return &each;
            }
        }
        return nullptr;
    }

    // What it was given is taken back: what comes next need not wait for that.
    void forget_due(std::uint16_t output) noexcept {
        if (output < places_.size()) {
            places_[output].due_ns = 0;
        }
    }
    // When the last part was due that the output was given: no part is due before it.
    [[nodiscard]] std::int64_t& due_ns(std::uint16_t output) noexcept {
        return places_[output].due_ns;
    }

private:
    struct place {
        stream* of = nullptr; // that the output takes part in
        std::uint64_t first = 0;
        std::int64_t due_ns = 0;
    };

    std::array<stream, streams_max> streams_;
    std::vector<place> places_; // by output
};

} // namespace tactus::flow

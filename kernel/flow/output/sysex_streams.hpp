// SPDX-License-Identifier: MIT
// SysEx passed through in parts (TACTUS_EVENT_SYSEX_PART): which are under way, and which outputs
// take part in each. A stream is identified by its input and the source port there. An output takes
// part in one at a time, because a wire carries one SysEx at a time; a failure at an output can
// therefore be found by the output's number. A SysEx that was not taken is remembered too, so that
// the rest of it is treated alike. Nothing allocates after make_room. Threads: loop.
//
//   open -> (each output by itself) taking -> left for a reason
//        -> closed, by the last part, by the next first part, or when the input is removed
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
    // A stream without a new part for this long yields its place to another.
    static constexpr std::int64_t stale_ns = 10'000'000'000;

    struct participant {
        std::uint16_t output = 0;
        std::uint32_t port = 0;
        std::optional<dropped> why = {}; // it takes no more; later parts are dropped for this
    };
    struct stream {
        bool is_open = false;
        std::uint16_t input = 0;
        std::uint32_t source = 0;
        std::int64_t last_ns = 0; // when its latest part came
        // The first part went nowhere for this reason; the rest follows.
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

    // For output numbers below `outputs`; to be called before anything else. Allocates.
    void make_room(std::size_t outputs) {
        places_.resize(outputs);
        for (stream& each : streams_) {
            each.outputs.reserve(outputs);
        }
    }

    // Returns nullptr if there is none.
    [[nodiscard]] stream* find(std::uint16_t input, std::uint32_t source) noexcept {
        for (stream& each : streams_) {
            if (each.is_open && each.input == input && each.source == source) {
                return &each;
            }
        }
        return nullptr;
    }
    // A place for a new stream; it may hold a stale one, which must be ended first. Returns nullptr
    // if there is no place.
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

    // The output already takes part in a stream.
    [[nodiscard]] bool is_busy(std::uint16_t output) const noexcept {
        return places_[output].of != nullptr;
    }
    // The output takes part; `sequence` is that of its first delivery. Bounds: it is not busy, and
    // not in the stream's list yet.
    void join(stream& to, const participant& one, std::uint64_t sequence) noexcept {
        place& own = places_[one.output];
        own.of = &to;
        own.first = sequence;
        to.outputs.push_back(one); // within the reserved capacity
    }
    // The output does not take part.
    static void stay_out(stream& of, std::uint16_t output, dropped why) noexcept {
        of.outputs.push_back({output, 0, why});
    }
    // The output takes part no more. Returns its entry, in which the port is still set, or nullptr
    // if it did not take part in the stream to which that delivery belongs.
    participant* leave(std::uint16_t output, std::uint64_t sequence, dropped why) noexcept {
        if (places_[output].of == nullptr || sequence < places_[output].first) {
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

    // The output is removed, and its number will mean another one. Bounds: it takes part in none.
    void forget(std::uint16_t output) noexcept {
        TACTUS_ASSERT(!is_busy(output));
        for (stream& each : streams_) {
            std::erase_if(each.outputs,
                          [output](const participant& one) { return one.output == output; });
        }
        places_[output] = {};
    }

    // Its deliveries were cancelled: the next part need not be due after them.
    void forget_due(std::uint16_t output) noexcept { places_[output].due_ns = 0; }
    // When the last part given to the output was due: no part is due before it.
    [[nodiscard]] std::int64_t& due_ns(std::uint16_t output) noexcept {
        return places_[output].due_ns;
    }

private:
    struct place {
        stream* of = nullptr; // in which the output takes part
        std::uint64_t first = 0;
        std::int64_t due_ns = 0;
    };

    std::array<stream, streams_max> streams_;
    std::vector<place> places_; // by output
};

} // namespace tactus::flow

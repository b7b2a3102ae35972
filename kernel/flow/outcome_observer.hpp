// SPDX-License-Identifier: MIT
// Observes the outcomes of an input's events, for plugins that report them to the sender. Most
// daemons have no observer; the cost is then one null pointer check for each event.
#pragma once

#include "kernel/codec/osc_to_midi.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/limits.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tactus::flow {

enum class outcome_kind : std::uint8_t { rejected, unrouted, dropped, late, sent };

// One event, or one delivery of it.
struct event_outcome {
    outcome_kind kind = outcome_kind::sent;
    std::uint32_t tag = 0; // as the input gave it
    std::int64_t late_ns = 0;
    std::string_view reason; // static
    std::uint16_t output = 0;
    std::uint32_t port = 0;                      // unrouted for its name: the name's handle
    std::optional<codec::bad_argument> bad = {}; // unsupported_type: what could not become MIDI
};

// A delivery with a time is late if it leaves this long after it.
inline constexpr std::int64_t told_late_ns = 1'000'000;

class outcome_observer {
public:
    outcome_observer() = default;
    outcome_observer(const outcome_observer&) = delete;
    outcome_observer& operator=(const outcome_observer&) = delete;
    virtual ~outcome_observer() = default;

    // On the hot path: must not block, nor call back into the flow. Threads: loop.
    virtual void saw(const event_outcome& what) noexcept = 0;
};

// By input. The flow's input number and the input's own tag are separated here. The events that an
// operator sends have tags of their own, whichever input they are sent as: their owner is
// operator_owner, which must not be an input at the same time.
class outcome_observers {
public:
    static constexpr std::uint32_t tag_bits = 24;
    static constexpr std::uint16_t operator_owner = inputs_max - 1;
    // The owner of that tag: the input of the event, or the operator.
    [[nodiscard]] static std::uint16_t owner_of(std::uint16_t input, std::uint32_t tag) noexcept {
        return tag >> tag_bits == operator_owner ? operator_owner : input;
    }

    // nullptr removes the observer. Bounds: input < inputs_max.
    void set(std::uint16_t input, outcome_observer* who) noexcept {
        count_ += who != nullptr && of_input_[input] == nullptr ? 1U : 0U;
        count_ -= who == nullptr && of_input_[input] != nullptr ? 1U : 0U;
        of_input_[input] = who;
    }
    [[nodiscard]] bool is_empty() const noexcept { return count_ == 0; }
    [[nodiscard]] static std::uint32_t own_tag(std::uint32_t tag) noexcept {
        return tag & ((1U << tag_bits) - 1);
    }

    void tell(std::uint16_t input, const event_outcome& what) const noexcept {
        if (input < of_input_.size() && of_input_[input] != nullptr && what.tag != 0) {
            of_input_[input]->saw(what);
        }
    }

private:
    std::array<outcome_observer*, inputs_max> of_input_{};
    std::size_t count_ = 0;
};

} // namespace tactus::flow

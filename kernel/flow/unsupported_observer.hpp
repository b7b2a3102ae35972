// SPDX-License-Identifier: MIT
// Observes the messages that no output could take, for the log: what was wrong with each, in more
// detail than the ledgers' reasons. Rate limiting is the observer's task. Threads: loop.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace tactus::flow {

struct made_event;

class unsupported_observer {
public:
    unsupported_observer() = default;
    unsupported_observer(const unsupported_observer&) = delete;
    unsupported_observer& operator=(const unsupported_observer&) = delete;
    virtual ~unsupported_observer() = default;
    virtual void unsupported(std::uint16_t input, std::uint16_t output, std::string_view address,
                             std::string_view why) noexcept = 0;
    // This output could not take it, but another did, which is often intended.
    virtual void taken_elsewhere(std::uint16_t /*input*/, std::uint16_t /*output*/,
                                 std::string_view /*address*/, std::string_view /*why*/) noexcept {}
    // A route could not make what its `as` specifies. `route` counts from 0, in file order.
    virtual void untranslatable(std::uint16_t /*input*/, std::uint16_t /*route*/,
                                std::string_view /*address*/, const made_event& /*why*/) noexcept {}
    // A packet, or a message in one, is not acceptable OSC; `bytes` are its bytes.
    virtual void refused(std::uint16_t /*input*/, codec::osc_error /*why*/,
                         std::span<const std::uint8_t> /*bytes*/) noexcept {}
    // A route is muted for circle_guard::mute_ns, because the event `bytes` circulates through it.
    virtual void circling(std::uint16_t /*input*/, std::uint16_t /*route*/,
                          std::string_view /*address*/,
                          std::span<const std::uint8_t> /*bytes*/) noexcept {}
};

} // namespace tactus::flow

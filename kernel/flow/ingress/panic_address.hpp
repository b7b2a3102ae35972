// SPDX-License-Identifier: MIT
// Recognizes the OSC message that silences everything at once, alone or in a bundle.
#pragma once

#include "kernel/codec/osc_reader.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tactus::flow {

class panic_address {
public:
    panic_address() = default; // none
    explicit panic_address(std::string address) : address_(std::move(address)) {}

    [[nodiscard]] bool is(std::string_view address) const noexcept {
        return !address_.empty() && address == address_;
    }
    // Whether any message of the packet has it.
    [[nodiscard]] bool is_in(std::span<const std::uint8_t> packet) const noexcept {
        bool is_found = false;
        if (!address_.empty()) {
            static_cast<void>(codec::for_each_message(
                packet, [&](const codec::osc_message& each, std::uint64_t /*time_tag*/) {
                    is_found = is_found || is(each.address);
                }));
        }
        return is_found;
    }

private:
    std::string address_;
};

} // namespace tactus::flow

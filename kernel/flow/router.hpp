// SPDX-License-Identifier: MIT
// Which outputs an event goes to: an immutable table, compiled when the configuration is loaded and
// replaced as a whole. Literal addresses are hashed, patterns run in linear time, routes without an
// address cost nothing.
// An event goes to an output once, however many routes lead there.
// Think of a letter room: the pigeon-holes with a name first, then the few rules that need reading.
#pragma once

#include "kernel/codec/osc_pattern.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tactus::flow {

inline constexpr std::size_t inputs_max = 256;
inline constexpr std::size_t outputs_max = 256;

struct route {
    std::vector<std::uint16_t> inputs;
    std::optional<codec::osc_pattern> address; // none: every event, MIDI too
    std::vector<std::uint16_t> outputs;
};

// The outputs of one event, without duplicates. Reused from event to event.
class target_list {
public:
    void clear() noexcept {
        for (const std::uint16_t output : all()) {
            present_.reset(output);
        }
        size_ = 0;
    }
    void add(std::span<const std::uint16_t> outputs) noexcept {
        for (const std::uint16_t output : outputs) {
            if (!present_[output]) {
                present_.set(output);
                targets_[size_++] = output;
            }
        }
    }
    [[nodiscard]] std::span<const std::uint16_t> all() const noexcept {
        return {targets_.data(), size_};
    }

private:
    std::array<std::uint16_t, outputs_max> targets_{};
    std::bitset<outputs_max> present_;
    std::size_t size_ = 0;
};

class router {
public:
    router() = default; // routes nothing
    // Bounds: indices below inputs_max and outputs_max (asserted).
    explicit router(const std::vector<route>& routes);

    // Adds the outputs of an event of `input`; `address` is empty for events that have none.
    // Threads: loop.
    void match(std::uint16_t input, std::string_view address, target_list& targets) const noexcept;

    // Every output that an event of `input` could go to.
    [[nodiscard]] std::span<const std::uint16_t> reachable(std::uint16_t input) const noexcept;

private:
    struct address_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct pattern_route {
        codec::osc_pattern address;
        std::vector<std::uint16_t> outputs;
    };
    struct table {
        std::vector<std::uint16_t> always;
        std::unordered_map<std::string, std::vector<std::uint16_t>, address_hash, std::equal_to<>>
            literals;
        std::vector<pattern_route> patterns;
        std::vector<std::uint16_t> reachable;
    };

    static void add(table& into, const route& route);

    std::vector<table> tables_; // by input
};

} // namespace tactus::flow

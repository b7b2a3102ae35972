// SPDX-License-Identifier: MIT
// Resolves a name that an event asks for: one place among all outputs that the event's input
// reaches. The best kind of match wins, wherever it is: an output's exact name, a port's, then both
// ignoring case, then a part (sdk: tactus/cpp/port_name.hpp). A name therefore never means a part
// of one output's port if another output, or its port, has exactly that name.
// The answer is kept until any port comes, goes or is renamed; an event with a known name costs one
// look-up. Threads: loop.
#pragma once

#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/output/port_names.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tactus::flow {

class name_choice {
public:
    // The most answers kept; beyond that, all are discarded.
    static constexpr std::size_t kept_max = 16'384;

    // The best first. A part of a port's name or of an output's own.
    enum class rank : std::uint8_t {
        output,
        port,
        port_part,
        folded_output,
        folded_port,
        folded_port_part,
        part,
        none
    };
    struct place {
        std::uint16_t output = 0;
        std::uint32_t port = port_table::none; // none: any of the output's ports that is up
        bool is_several = false;               // several of its ports match: none of them is meant
    };
    struct meaning {
        rank best = rank::none;
        std::vector<place> places; // of that rank, one for each output that has one
        std::uint64_t changes = 0; // output_table::port_changes() when it was found

        [[nodiscard]] bool is_exact() const noexcept { return best <= rank::port; }
        // Returns nullptr if there is nothing at that output.
        [[nodiscard]] const place* at(std::uint16_t output) const noexcept;
    };

    // Both must outlive it.
    name_choice(const output_table& outputs, const name_table& names)
        : outputs_(outputs), names_(names) {}

    // `reachable`: the outputs of that input's routes. Valid until the next call. Bounds: a handle
    // returned by name_table.
    [[nodiscard]] const meaning& find(std::uint16_t input, std::uint32_t handle,
                                      std::span<const std::uint16_t> reachable);
    // Call when the routes have changed.
    void forget() noexcept { known_.clear(); }

    // The best matches, each by a name that means it alone: an output's name, or a port's key.
    [[nodiscard]] std::vector<std::string_view>
    candidates(std::uint32_t handle, std::span<const std::uint16_t> reachable) const;
    // The probable meaning of a name that matches nothing; empty if unknown.
    [[nodiscard]] std::string_view nearest(std::uint32_t handle,
                                           std::span<const std::uint16_t> reachable) const;

private:
    [[nodiscard]] std::string_view owner_of(std::uint16_t output) const;
    void search(std::string_view name, std::span<const std::uint16_t> reachable,
                meaning& into) const;

    const output_table& outputs_;
    const name_table& names_;
    std::unordered_map<std::uint64_t, meaning> known_; // by input and handle
};

} // namespace tactus::flow

// SPDX-License-Identifier: MIT
// What a name means that an event asks for: one place among all outputs that the event's input
// reaches. The best kind of match decides, whoever has it: an output's exact name, a port's, then
// both without case, then a part (sdk: tactus/cpp/port_name.hpp). So a name never means a part of
// one output's port where another output, or its port, is called just so.
// The answer is kept until any port comes, goes or is renamed; an event whose name is known costs
// one look-up. Threads: loop.
#pragma once

#include "kernel/flow/output/dispatcher.hpp"
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
    // So many answers are kept; then all are forgotten.
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
        std::uint32_t port = port_set::none; // none: whichever of the output's is up
        bool is_several = false;             // of this output's ports: none of them is meant
    };
    struct meaning {
        rank best = rank::none;
        std::vector<place> places; // of that rank, one for each output that has it
        std::uint64_t changes = 0; // dispatcher::port_changes() when it was found

        [[nodiscard]] bool is_exact() const noexcept { return best <= rank::port; }
        // nullptr: nothing at that output.
        [[nodiscard]] const place* at(std::uint16_t output) const noexcept;
    };

    // Both must outlive it.
    name_choice(const dispatcher& outputs, const name_table& names)
        : outputs_(outputs), names_(names) {}

    // `reachable`: the outputs of that input's routes. Valid until the next call. Bounds: a handle
    // that was given.
    [[nodiscard]] const meaning& find(std::uint16_t input, std::uint32_t handle,
                                      std::span<const std::uint16_t> reachable);
    // The routes are others.
    void forget() noexcept { known_.clear(); }

    // What fits best, by the name that means it alone: an output's name, or a port's key.
    [[nodiscard]] std::vector<std::string_view>
    candidates(std::uint32_t handle, std::span<const std::uint16_t> reachable) const;
    // What was probably meant by a name that fits nothing; empty: nobody can say.
    [[nodiscard]] std::string_view nearest(std::uint32_t handle,
                                           std::span<const std::uint16_t> reachable) const;

private:
    [[nodiscard]] std::string_view owner_of(std::uint16_t output) const;
    void search(std::string_view name, std::span<const std::uint16_t> reachable,
                meaning& into) const;

    const dispatcher& outputs_;
    const name_table& names_;
    std::unordered_map<std::uint64_t, meaning> known_; // by input and handle
};

} // namespace tactus::flow

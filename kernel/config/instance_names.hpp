// SPDX-License-Identifier: MIT
// The names of the inputs and outputs that are read so far, and the names that routes ask for. A
// name belongs to one instance; an instance with an invalid name still has its index. Part of
// topology.cpp.
#pragma once

#include "kernel/config/schema/check.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

[[nodiscard]] std::string kind_word(std::uint32_t kind); // "input" or "output"

class instance_names {
public:
    // The checker must outlive it.
    explicit instance_names(checker& check) noexcept : check_(check) {}

    // The next instance of its kind, with its options. Reports an invalid or repeated name.
    void declare(const values& own, std::uint32_t kind);
    // An instance that is not read. `why`: the place of its `enabled = false`; line 0: an error was
    // reported for it, and none is reported for routes that name it.
    void exclude(std::string name, std::uint32_t kind, position why);
    // There is no list of this kind, and that was reported: no error is reported for its names.
    void ignore_unknown(std::uint32_t kind) noexcept;

    // The names that a route has at `key` as indices, each once. Reports names that do not exist. A
    // name that is invalid at its instance is still found.
    [[nodiscard]] std::vector<std::uint16_t> resolve(const values& route, std::string_view key,
                                                     std::uint32_t kind);
    // Warns of each instance that no route names.
    void warn_unrouted();

private:
    struct declared {
        std::string name;
        std::uint32_t kind = 0;
        std::uint16_t index = 0;
        position where;
        std::uint32_t length = 1;
        bool is_routed = false;
    };
    struct excluded {
        std::string name;
        std::uint32_t kind = 0;
        position why;
    };

    void complain_of_name(const value& name, std::string_view key, std::uint32_t kind);
    bool complain_of_excluded(const value& name, std::string_view key, std::uint32_t kind);

    checker& check_;
    std::vector<declared> declared_;
    std::vector<excluded> excluded_;
    std::uint32_t ignored_kinds_ = 0; // TACTUS_KIND_* bits
};

} // namespace tactus::config

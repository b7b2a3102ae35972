// SPDX-License-Identifier: MIT
// The checked values of one table, read by a plugin through tactus_config, and by the kernel by
// key. Only the checker makes it; therefore nothing here can have the wrong type. It is immutable
// afterwards; therefore any thread may read it.
#pragma once

#include "kernel/config/diagnostic.hpp"
#include "kernel/config/schema/option_table.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

struct value;

class values {
public:
    // No options at all; view() is valid and returns TACTUS_E_INVALID for everything.
    values();
    values(option_table table, position where);
    values(values&&) noexcept;
    values& operator=(values&&) noexcept;
    ~values();

    // Owns: valid as long as this object or the one it was moved to.
    [[nodiscard]] const tactus_config* view() const noexcept;

    // The position of the value at "key", "table.key" or "list[2]", also for a list without values;
    // for a default, that of the key's table; for an unknown key, that of this table.
    [[nodiscard]] position where(std::string_view key_path = {}) const;
    [[nodiscard]] std::uint32_t length(std::string_view key_path) const;

    // For the kernel's own sections, by key. Bounds: the key is declared with a matching type;
    // unset reads as `otherwise`.
    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t otherwise = 0) const;
    [[nodiscard]] double real(std::string_view key, double otherwise = 0) const;
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    [[nodiscard]] const values* table(std::string_view key) const; // nullptr if unset
    [[nodiscard]] const std::vector<value>& all(std::string_view key) const;

    // For the checker: replaces an option's default by the values in the file.
    void set(std::uint32_t option, std::vector<value> list, position where = {});

    // The same settings, wherever they are in their files: a reload need not touch the instance.
    friend bool same(const values& a, const values& b) noexcept;

private:
    struct state;
    [[nodiscard]] const value* find(std::string_view key_path, const values** owner) const;

    std::unique_ptr<state> state_; // its address is tactus_config.impl
};

struct value {
    std::int64_t integer = 0; // BOOL, INT, DURATION, BYTES, CHOICE
    double real = 0;          // FLOAT, RATE
    std::string text = {};    // STRING, CHOICE, ENDPOINT; TABLE if a text is given instead
    values table = {};        // TABLE
    position where = {};      // line 0: a default
    std::uint32_t length = 1;
};

} // namespace tactus::config

// SPDX-License-Identifier: MIT
// The checked values of one table: what a plugin reads through tactus_config, and the kernel by
// key. Made by the checker only; nothing here can be of the wrong type. Immutable afterwards, so
// any thread may read.
#pragma once

#include "kernel/config/diagnostic.hpp"
#include "kernel/config/option_table.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

struct value;

class values {
public:
    // No options at all; view() is valid and answers TACTUS_E_INVALID to everything.
    values();
    values(option_table table, position where);
    values(values&&) noexcept;
    values& operator=(values&&) noexcept;
    ~values();

    // Owns: valid as long as this object or the one it was moved to.
    [[nodiscard]] const tactus_config* view() const noexcept;

    // The place of the value at "key", "table.key" or "list[2]", also of a list without values; of
    // the key's table where it is a default; of this table where there is no such key.
    [[nodiscard]] position where(std::string_view key_path = {}) const;
    [[nodiscard]] std::uint32_t length(std::string_view key_path) const;

    // For the kernel's own sections, by key. Bounds: the key is declared with a fitting type;
    // unset reads as `otherwise`.
    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t otherwise = 0) const;
    [[nodiscard]] double real(std::string_view key, double otherwise = 0) const;
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    [[nodiscard]] const values* table(std::string_view key) const; // nullptr where unset
    [[nodiscard]] const std::vector<value>& all(std::string_view key) const;

    // For the checker: the values of one option, replacing its default; where the file has them.
    void set(std::uint32_t option, std::vector<value> list, position where = {});

    // The same settings, wherever they stand in their files: a reload need not touch the instance.
    friend bool same(const values& a, const values& b) noexcept;

private:
    struct state;
    [[nodiscard]] const value* find(std::string_view key_path, const values** owner) const;

    std::unique_ptr<state> state_; // its address is tactus_config.impl
};

struct value {
    std::int64_t integer = 0; // BOOL, INT, DURATION, BYTES, CHOICE
    double real = 0;          // FLOAT, RATE
    std::string text = {};    // STRING, CHOICE, ENDPOINT; TABLE where a text stands in its place
    values table = {};        // TABLE
    position where = {};      // line 0: a default
    std::uint32_t length = 1;
};

} // namespace tactus::config

// SPDX-License-Identifier: MIT
// One value in TOML syntax, read without a library: a default of an option table, and a
// test gives to test_config. It reads what is right, and is not strict with what is wrong: the
// kernel is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::testing {

struct toml_value {
    enum class form { text, word, list, table }; // word: a number, true, false; or a bare text
    form is = form::word;
    std::string text; // without quotation marks, escapes undone
    std::vector<toml_value> items;
    std::vector<std::pair<std::string, toml_value>> entries;
};

/// Errors: std::invalid_argument for a text, list or table without its end.
[[nodiscard]] toml_value read_toml(std::string_view toml);

} // namespace tactus::testing

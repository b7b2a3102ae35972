// SPDX-License-Identifier: MIT
#include "option_value.hpp"

#include "kernel/config/schema/check.hpp"

#include <vector>

namespace tactus::checker {

std::string options_fault(const tactus_descriptor& of) {
    const result<void> checked = config::check_options(config::option_table::of(of));
    return checked ? "" : checked.error().text;
}

std::string given_value_fault(const tactus_descriptor& of, const tactus_option& option,
                              std::string_view toml) {
    if ((option.flags & TACTUS_OPT_OR_TEXT) != 0) {
        return given_value_fault(of, option.children[0], toml);
    }
    if (option.type == TACTUS_OPT_TABLE) {
        return "is for a table, which cannot be set here";
    }
    const std::string text(toml);
    tactus_option with = option;
    with.default_toml = text.c_str();
    std::vector<config::diagnostic> found;
    config::checker reader({}, found);
    static_cast<void>(reader.read_default({&with, 1, of.option_size}, with));
    return found.empty() ? "" : "is refused: " + found.front().message;
}

} // namespace tactus::checker

// SPDX-License-Identifier: MIT
// The key, the default and the range of an option, checked at compile time: as tactus_option
// describes them, and as the kernel reads them. A mistake does not compile.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/toml_check.hpp>
#include <tactus/option.h>

namespace tactus {
inline namespace v0_1 {
namespace detail {

// Not constexpr: therefore a table with such a mistake does not compile, and the compiler's message
// has the name.
inline void a_text_in_toml_has_quotes_of_its_own() noexcept {}
inline void a_default_does_not_fit_the_type_of_its_option() noexcept {}
inline void a_default_is_out_of_the_range_of_its_option() noexcept {}
inline void the_range_of_an_option_does_not_fit_its_type() noexcept {}
inline void a_key_has_a_letter_first_and_only_a_to_z_digits_and_underscores() noexcept {}

constexpr bool is_option_key(std::string_view key) noexcept {
    bool is_good = !key.empty() && key.front() >= 'a' && key.front() <= 'z';
    for (const char c : key) {
        is_good = is_good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    }
    return is_good;
}

constexpr bool is_word_of(const char* const* words, std::string_view word) noexcept {
    for (; words != nullptr && *words != nullptr; ++words) {
        if (word == *words) {
            return true;
        }
    }
    return false;
}

/// Scheme, host and port, or an absolute path. A name of a socket of systemd's has none of them.
constexpr bool is_endpoint(const tactus_option& option, std::string_view text) noexcept {
    const scheme_parts whole = split_scheme(text);
    if (whole.scheme == "systemd") {
        return std::string_view(option.key).ends_with("listen");
    }
    const bool takes_scheme = option.choices != nullptr && *option.choices != nullptr;
    if (takes_scheme != whole.has_scheme ||
        (takes_scheme && !is_word_of(option.choices, whole.scheme))) {
        return false;
    }
    if (whole.scheme == "unix" || whole.scheme == "unixgram") {
        return is_socket_path(whole.rest);
    }
    const authority_parts parts = split_authority(whole.rest);
    return !parts.host.empty() && parts.is_well_formed() && parts.port_number().has_value();
}

constexpr bool is_below(const toml_number& a, const toml_number& b, std::uint32_t type) noexcept {
    return type == TACTUS_OPT_FLOAT || type == TACTUS_OPT_RATE ? a.real < b.real
                                                               : a.whole < b.whole;
}

constexpr void check_number(const tactus_option& option, std::string_view toml) {
    const toml_number value = toml_number_of(option.type, toml);
    if (!value.is_good) {
        a_default_does_not_fit_the_type_of_its_option();
    }
    const bool is_quantity = option.type == TACTUS_OPT_DURATION || option.type == TACTUS_OPT_BYTES;
    if (is_quantity && option.min_toml == nullptr && value.whole < 0) {
        a_default_is_out_of_the_range_of_its_option();
    }
    if (option.min_toml != nullptr &&
        is_below(value, toml_number_of(option.type, option.min_toml), option.type)) {
        a_default_is_out_of_the_range_of_its_option();
    }
    if (option.max_toml != nullptr &&
        is_below(toml_number_of(option.type, option.max_toml), value, option.type)) {
        a_default_is_out_of_the_range_of_its_option();
    }
}

/// Text, choice, endpoint, and the types whose values are numbers in quotation marks.
constexpr void check_quoted(const tactus_option& option, std::string_view toml) {
    const bool has_mark = toml.starts_with('"') || toml.starts_with('\'');
    if (!has_mark && option.type != TACTUS_OPT_BYTES) {
        a_text_in_toml_has_quotes_of_its_own();
    }
    const toml_text text = toml_text_of(toml);
    const bool is_escaped = text.inside.find('\\') != text.inside.npos; // it may mean anything
    switch (option.type) {
    case TACTUS_OPT_STRING:
        break;
    case TACTUS_OPT_CHOICE:
        if (text.is_good && !is_escaped && !is_word_of(option.choices, text.inside)) {
            a_default_does_not_fit_the_type_of_its_option();
        }
        break;
    case TACTUS_OPT_ENDPOINT:
        if (text.is_good && !is_escaped && !is_endpoint(option, text.inside)) {
            a_default_does_not_fit_the_type_of_its_option();
        }
        break;
    default:
        check_number(option, toml);
        return;
    }
    if (!text.is_good) {
        a_default_does_not_fit_the_type_of_its_option();
    }
}

/// Where the value at the beginning of the text ends: before the comma or bracket behind it.
constexpr std::size_t toml_value_size(std::string_view text) noexcept {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '"' || c == '\'') {
            const std::size_t size = toml_text_size(text.substr(i));
            if (size == 0) {
                return text.size();
            }
            i += size;
            continue;
        }
        const bool is_end = c == ']' || c == '}';
        if (depth == 0 && (is_end || c == ',' || c == '=')) {
            return i;
        }
        depth = c == '[' || c == '{' ? depth + 1 : is_end ? depth - 1 : depth;
        ++i;
    }
    return text.size();
}

constexpr std::string_view without_blanks(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The text before the next comma, without blanks; it is taken off the list. A comma with nothing
/// before it is a mistake.
constexpr std::string_view take_toml_item(std::string_view& list) {
    const std::size_t size = toml_value_size(list);
    const std::string_view item = without_blanks(list.substr(0, size));
    list = without_blanks(list.substr(size));
    if (item.empty() || (!list.empty() && list.front() != ',' && list.front() != '=')) {
        a_default_does_not_fit_the_type_of_its_option();
    }
    return item;
}

constexpr void check_toml_list(const tactus_option& option, std::string_view toml);

constexpr void check_toml_table(const tactus_option& option, std::string_view toml) {
    if ((option.flags & TACTUS_OPT_OR_TEXT) != 0 && toml_text_of(toml).is_good) {
        return;
    }
    if (!toml.starts_with('{') || !toml.ends_with('}') || toml.size() < 2) {
        a_default_does_not_fit_the_type_of_its_option();
        return;
    }
    std::string_view rest = without_blanks(toml.substr(1, toml.size() - 2));
    while (!rest.empty()) {
        const std::string_view written = take_toml_item(rest);
        const toml_text quoted = toml_text_of(written);
        const std::string_view key = quoted.is_good ? quoted.inside : written;
        const bool has_value = rest.starts_with('=');
        rest = without_blanks(rest.substr(has_value ? 1 : 0));
        const tactus_option* child = nullptr;
        for (std::uint32_t i = 0; i < option.n_children; ++i) {
            child = key == option.children[i].key ? option.children + i : child;
        }
        if (child == nullptr || !has_value) {
            a_default_does_not_fit_the_type_of_its_option();
            return;
        }
        check_toml_list(*child, take_toml_item(rest));
        rest = without_blanks(rest.substr(rest.empty() ? 0 : 1));
    }
}

constexpr void check_toml_value(const tactus_option& option, std::string_view toml) {
    switch (option.type) {
    case TACTUS_OPT_BOOL:
        if (toml != "true" && toml != "false") {
            a_default_does_not_fit_the_type_of_its_option();
        }
        return;
    case TACTUS_OPT_INT:
    case TACTUS_OPT_FLOAT:
        check_number(option, toml);
        return;
    case TACTUS_OPT_TABLE:
        check_toml_table(option, toml);
        return;
    default:
        check_quoted(option, toml);
        return;
    }
}

/// A list where the option is one; one value may stand for a list.
constexpr void check_toml_list(const tactus_option& option, std::string_view toml) {
    const bool is_list = toml.starts_with('[') && toml.ends_with(']');
    if ((option.flags & TACTUS_OPT_ARRAY) == 0 || !is_list) {
        check_toml_value(option, toml);
        return;
    }
    std::string_view rest = without_blanks(toml.substr(1, toml.size() - 2));
    while (!rest.empty()) {
        check_toml_value(option, take_toml_item(rest));
        rest = without_blanks(rest.substr(rest.empty() ? 0 : 1));
    }
}

/// When the option goes into a table.
constexpr void check_option(const tactus_option& raw) {
    if (!is_option_key(raw.key)) {
        a_key_has_a_letter_first_and_only_a_to_z_digits_and_underscores();
    }
    for (const char* const limit : {raw.min_toml, raw.max_toml}) {
        if (limit != nullptr && !toml_number_of(raw.type, limit).is_good) {
            const bool is_text = raw.type == TACTUS_OPT_DURATION || raw.type == TACTUS_OPT_RATE;
            if (is_text && *limit != '"' && *limit != '\'') {
                a_text_in_toml_has_quotes_of_its_own();
            }
            the_range_of_an_option_does_not_fit_its_type();
        }
    }
    if (raw.default_toml != nullptr) {
        check_toml_list(raw, without_blanks(raw.default_toml));
    }
}

} // namespace detail
} // namespace v0_1
} // namespace tactus

// SPDX-License-Identifier: MIT
#include "kernel/cli/event_words.hpp"

#include "kernel/control/event_json.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace tactus::cli {
namespace {

std::string in_quotes(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
    Number value{};
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return is_whole ? std::optional(value) : std::nullopt;
}

// A point or an exponent makes it a real number.
std::optional<std::string> real_json(std::string_view text) {
    const std::optional<double> value = number_of<double>(text);
    if (!value || !std::isfinite(*value)) {
        return std::nullopt;
    }
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, *value);
    const std::string written(digits, end.ptr);
    return written.find_first_of(".e") == std::string::npos ? written + ".0" : written;
}

// "f:1".
result<std::string> typed_json(char type, std::string_view value) {
    const std::string head = "{\"" + std::string(1, type) + "\":";
    if (type == 'i' || type == 'h') {
        if (const auto whole = number_of<std::int64_t>(value)) {
            return head + std::to_string(*whole) + "}";
        }
    } else if (type == 'f' || type == 'd') {
        if (const auto real = real_json(value)) {
            return head + *real + "}";
        }
    } else {
        return head + in_quotes(value) + "}";
    }
    return fail(error_kind::invalid, "\"" + std::string(1, type) + ":" + std::string(value) +
                                         "\" is not a number; expected one, like " +
                                         (type == 'i' || type == 'h' ? "i:60" : "f:2.5"));
}

result<std::string> argument_json(std::string_view word) {
    if (word.size() >= 2 && word[1] == ':' &&
        std::string_view("ihfdsSbcrmt").find(word[0]) != std::string_view::npos) {
        return typed_json(word[0], word.substr(2));
    }
    if (word == "true" || word == "false") {
        return std::string(word);
    }
    if (word == "nil") {
        return std::string("null");
    }
    if (const auto whole = number_of<std::int64_t>(word)) {
        return std::to_string(*whole);
    }
    if (const auto real = real_json(word)) {
        return *real;
    }
    return in_quotes(word);
}

} // namespace

result<std::string> osc_member(std::span<const std::string> words) {
    std::string list = "[" + in_quotes(words.empty() ? "" : words.front());
    for (const std::string& word : words.subspan(words.empty() ? 0 : 1)) {
        const result<std::string> argument = argument_json(word);
        if (!argument) {
            return argument;
        }
        list += "," + *argument;
    }
    list += "]";
    if (const result<control::event_bytes> read = control::read_osc(list); !read) {
        return unexpected<error>(read.error());
    }
    return "\"osc\":" + list;
}

result<std::string> midi_member(std::string_view hexadecimal) {
    if (const result<control::event_bytes> read = control::read_midi(hexadecimal); !read) {
        return unexpected<error>(read.error());
    }
    return "\"midi\":" + in_quotes(hexadecimal);
}

} // namespace tactus::cli

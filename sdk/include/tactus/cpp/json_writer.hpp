// SPDX-License-Identifier: MIT
// Writes JSON: strings, and objects and lists of any depth, in their shortest form, without blanks.
//   std::string out;
//   tactus::json_writer json(out);
//   json.begin_object().member("line", 3);
//   json.begin_list("ports").element("synth").end_list().end_object();
// Not a document and not a check: nothing is kept but the text, and the caller closes what it
// opens. The text is valid JSON whatever bytes the strings have. Source: RFC 8259.
// Errors: std::bad_alloc; then the text has an unfinished end. Allocates only as the string grows;
// a caller that must not allocate reserves room. Threads: one at a time for each string.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include <tactus/cpp/utf8.hpp>

namespace tactus {
inline namespace v0_1 {

/// Appends `text` in quotes. Controls and DEL are escaped; U+FFFD replaces each byte that is not
/// UTF-8. Such a string is also a basic string of TOML 1.0.
inline void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    while (!text.empty()) {
        const code_point next = first_code_point(text);
        if (!next.is_valid) {
            out += "\\ufffd";
        } else if (next.value == '\n') {
            out += "\\n";
        } else if (next.value < 0x20 || next.value == 0x7F) {
            out += "\\u00";
            out += hex[next.value >> 4U];
            out += hex[next.value & 15U];
        } else {
            out += next.value == '"' || next.value == '\\' ? "\\" : "";
            out += text.substr(0, next.size);
        }
        text.remove_prefix(next.size);
    }
    out += '"';
}

class json_writer {
public:
    /// Appends to `out`, which must outlive the writer. Between two calls the caller may append
    /// values of its own.
    explicit json_writer(std::string& out) noexcept : out_(out), begin_(out.size()) {}

    json_writer& begin_object() { return open('{'); }
    json_writer& begin_object(std::string_view key) { return this->key(key).open('{'); }
    json_writer& end_object() { return close('}'); }
    json_writer& begin_list() { return open('['); }
    json_writer& begin_list(std::string_view key) { return this->key(key).open('['); }
    json_writer& end_list() { return close(']'); }

    /// Begins a member; its value must follow. Bounds: in an object.
    json_writer& key(std::string_view text) {
        separate();
        append_json_string(out_, text);
        out_ += ':';
        return *this;
    }

    /// A value: in a list, behind a key, or as the whole text.
    json_writer& element(std::string_view text) {
        separate();
        append_json_string(out_, text);
        return *this;
    }
    /// nullptr becomes null.
    json_writer& element(const char* text) {
        return text == nullptr ? raw("null") : element(std::string_view(text));
    }
    /// A number, or true or false.
    template <std::integral Value>
    json_writer& element(Value value) {
        if constexpr (std::same_as<Value, bool>) {
            return raw(value ? "true" : "false");
        } else {
            std::array<char, 24> digits; // the longest, -9223372036854775808, has 20
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
            return raw({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
        }
    }
    /// `places` behind the point. Bounds: 0 to 9; infinities and NaN become null, since JSON does
    /// not have them.
    json_writer& element(double value, int places) {
        std::array<char, 336> digits; // the longest has 309 before the point
        if (!(value - value == 0)) {
            return raw("null");
        }
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                       std::chars_format::fixed, places);
        return raw({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
    }

    /// A key and its value, as for element().
    template <class... Value>
    json_writer& member(std::string_view key, const Value&... value) {
        return this->key(key).element(value...);
    }

private:
    json_writer& open(char bracket) {
        separate();
        out_ += bracket;
        return *this;
    }
    json_writer& close(char bracket) {
        out_ += bracket;
        return *this;
    }
    json_writer& raw(std::string_view value) {
        separate();
        out_ += value;
        return *this;
    }
    // A text that ends in another character is a complete value, which a comma follows.
    void separate() {
        const char last = out_.size() == begin_ ? '{' : out_.back();
        out_ += last == '{' || last == '[' || last == ':' ? "" : ",";
    }

    std::string& out_;
    std::size_t begin_; // where our text begins
};

} // namespace v0_1
} // namespace tactus

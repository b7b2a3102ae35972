// SPDX-License-Identifier: MIT
// Writes small JSON objects: our messages to a client. Not a general library: no nesting.
//   json_text("pong").number("client", 1.5).text("why", "x").done()
#pragma once

#include "utf8.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace websocket_in {

class json_text {
public:
    /// {"tactus": verb
    explicit json_text(std::string_view verb) : text_("{") { text("tactus", verb); }

    json_text& text(std::string_view key, std::string_view value) {
        begin(key);
        quote(value);
        return *this;
    }
    /// Not for infinities, which JSON does not have.
    json_text& number(std::string_view key, double value) {
        std::array<char, 64> digits{};
        constexpr int places = 6; // of a millisecond: a nanosecond
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                       std::chars_format::fixed, places);
        begin(key);
        text_.append(digits.data(), end.ptr);
        return *this;
    }
    json_text& count(std::string_view key, std::uint64_t value) {
        begin(key);
        text_ += std::to_string(value);
        return *this;
    }
    /// A list of texts.
    template <class Range>
    json_text& texts(std::string_view key, const Range& values) {
        begin(key);
        text_ += '[';
        bool is_first = true;
        for (const auto& each : values) {
            text_ += is_first ? "" : ",";
            is_first = false;
            quote(each);
        }
        text_ += ']';
        return *this;
    }
    [[nodiscard]] std::string done() { return text_ + '}'; }

private:
    void begin(std::string_view key) {
        text_ += text_.size() > 1 ? "," : "";
        quote(key);
        text_ += ':';
    }
    // A name that is not UTF-8, as JACK allows, keeps its ASCII; U+FFFD replaces the rest.
    void quote(std::string_view value) {
        constexpr std::string_view hex = "0123456789abcdef";
        const bool is_utf8 = is_valid(value);
        text_ += '"';
        for (const char c : value) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20 || byte == 0x7F) {
                text_ += "\\u00";
                text_ += hex[byte >> 4U];
                text_ += hex[byte & 15U];
            } else if (byte >= 0x80 && !is_utf8) {
                text_ += "\\ufffd";
            } else {
                text_ += c == '"' || c == '\\' ? "\\" : "";
                text_ += c;
            }
        }
        text_ += '"';
    }
    static bool is_valid(std::string_view value) noexcept {
        utf8_check check;
        return check.feed({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()}) &&
               check.is_complete();
    }

    std::string text_;
};

} // namespace websocket_in

// SPDX-License-Identifier: MIT
// Checks that the head of an HTTP/1 request is written as RFC 9112 requires, beside a parser that
// accepts more. If two programs read a text differently, one of them can be deceived. Therefore
// nothing is read leniently: a blank before the colon, a folded line, a line break without its CR
// or LF, a control character, an extra blank in the request line. The parser interprets the
// content.
//   head   = *(CRLF / LF) line CRLF *(field CRLF) CRLF
//   line   = 1*visible SP 1*visible [SP 1*visible]          without a version: HTTP/0.9
//   field  = 1*tchar ":" *(HTAB / SP / visible / obs-text)
// Source: RFC 9112 sections 2.2, 3, 5 and 5.1; RFC 9110 section 5.6.2 for tchar.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tactus {
inline namespace v0_1 {

/// The value of a field without the blanks and tabs behind it, which are not part of it (RFC 9110
/// section 5.5); parsers often leave out only those before it.
[[nodiscard]] constexpr std::string_view http_value(std::string_view text) noexcept {
    while (text.ends_with(' ') || text.ends_with('\t')) {
        text.remove_suffix(1);
    }
    return text;
}

/// The bytes of a head, in `into`, with a blank for each tab: that is the same there (RFC 9110
/// section 5.6.3), and parsers know only some of the tabs. Bounds: `into` has room for them.
[[nodiscard]] constexpr std::string_view http_blanks(std::string_view head,
                                                     std::span<char> into) noexcept {
    for (std::size_t i = 0; i < head.size(); ++i) {
        into[i] = head[i] == '\t' ? ' ' : head[i];
    }
    return {into.data(), head.size()};
}

/// Threads: one at a time.
class http_head {
public:
    /// Checks the next bytes, in pieces of any size; bytes after the head are ignored. Returns
    /// false once the head is malformed, and from then on.
    [[nodiscard]] bool accepts(std::string_view bytes) noexcept {
        for (const char c : bytes) {
            if (state_ == state::done || state_ == state::bad) {
                break;
            }
            state_ = after(static_cast<std::uint8_t>(c));
        }
        return state_ != state::bad;
    }

private:
    enum class state : std::uint8_t {
        before,    // the request line; empty lines may come first
        before_lf, // of such an empty line
        line,
        line_lf,
        field, // at the beginning of one
        name,
        value,
        value_lf,
        end_lf,
        done,
        bad,
    };

    static constexpr std::uint32_t blanks_of_line = 2;

    static constexpr bool is_visible(std::uint8_t c) noexcept { return c > 0x20 && c < 0x7F; }
    static constexpr bool is_tchar(std::uint8_t c) noexcept {
        constexpr std::string_view delimiters = "\"(),/:;<=>?@[\\]{}";
        return is_visible(c) && delimiters.find(static_cast<char>(c)) == delimiters.npos;
    }
    static constexpr state only(std::uint8_t c, char wanted, state next) noexcept {
        return c == static_cast<std::uint8_t>(wanted) ? next : state::bad;
    }

    [[nodiscard]] state after(std::uint8_t c) noexcept {
        switch (state_) {
        case state::before:
            return c == '\r'       ? state::before_lf
                   : c == '\n'     ? state::before
                   : is_visible(c) ? word()
                                   : state::bad;
        case state::before_lf:
            return only(c, '\n', state::before);
        case state::line:
            return in_line(c);
        case state::line_lf:
        case state::value_lf:
            return only(c, '\n', state::field);
        case state::field:
            return c == '\r' ? state::end_lf : is_tchar(c) ? state::name : state::bad;
        case state::name:
            return c == ':' ? state::value : is_tchar(c) ? state::name : state::bad;
        case state::value:
            return c == '\r'                               ? state::value_lf
                   : c == '\t' || (c >= 0x20 && c != 0x7F) ? state::value
                                                           : state::bad;
        case state::end_lf:
            return only(c, '\n', state::done);
        default:
            return state_;
        }
    }
    [[nodiscard]] state in_line(std::uint8_t c) noexcept {
        if (is_visible(c)) {
            return word();
        }
        if (c == ' ' && is_in_word_ && blanks_ < blanks_of_line) {
            ++blanks_;
            is_in_word_ = false;
            return state::line;
        }
        return c == '\r' && is_in_word_ && blanks_ != 0 ? state::line_lf : state::bad;
    }
    [[nodiscard]] state word() noexcept {
        is_in_word_ = true;
        return state::line;
    }

    state state_ = state::before;
    std::uint32_t blanks_ = 0; // in the request line
    bool is_in_word_ = false;
};

} // namespace v0_1
} // namespace tactus

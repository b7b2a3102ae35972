// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/address_template.hpp"

#include "kernel/flow/route/translate/expression_lexer.hpp"

#include <tactus/cpp/osc_address.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace tactus::flow {
namespace {

// By character: find_first_of calls memchr for each, and every event that is made is checked.
constexpr std::array<bool, 256> is_wildcard = [] {
    std::array<bool, 256> answers{};
    for (const char each : osc_wildcards) {
        answers[static_cast<unsigned char>(each)] = true;
    }
    return answers;
}();

std::size_t find_wildcard(std::string_view text) noexcept {
    const auto* const found = std::find_if(text.begin(), text.end(), [](char each) {
        return is_wildcard[static_cast<unsigned char>(each)];
    });
    return found == text.end() ? std::string_view::npos
                               : static_cast<std::size_t>(found - text.begin());
}

// The first character that is invalid in an address, or would make it a pattern; otherwise npos.
std::size_t find_bad(std::string_view text) noexcept {
    const std::size_t wildcard = find_wildcard(text);
    if (!has_control_character(text.substr(0, wildcard))) {
        return wildcard;
    }
    std::size_t at = 0;
    while (!has_control_character(text.substr(0, at + 1))) {
        ++at;
    }
    return at;
}

// Characters replaced by '_' in a port's name: receivers expect one part of the address, and
// scripts write the name without blanks.
bool is_odd_in_port(char c) noexcept {
    return std::string_view(" #,/").find(c) != std::string_view::npos ||
           osc_wildcards.find(c) != std::string_view::npos || has_control_character({&c, 1});
}

bool is_port(const expression& piece) noexcept {
    return piece.variables().size() == 1 && piece.variables()[0].field == midi_field::port;
}

using problem = unexpected<expression_error>;

// Length of the "${...}" at the front; npos if it is not closed.
std::size_t bracket_size(std::string_view text) noexcept {
    const std::size_t close = text.find('}');
    return close == std::string_view::npos ? close : close + 1;
}

} // namespace

std::size_t write_text(const value& from, std::span<char> out) noexcept {
    if (from.is_text()) {
        if (from.text.size() > out.size()) {
            return 0;
        }
        std::copy(from.text.begin(), from.text.end(), out.begin());
        return from.text.size();
    }
    char* const first = out.data();
    constexpr double exact_max = 9007199254740992.0; // 2^53
    const bool is_whole =
        from.number == std::floor(from.number) && std::fabs(from.number) <= exact_max;
    const auto end =
        is_whole ? std::to_chars(first, first + out.size(), static_cast<std::int64_t>(from.number))
        : from.tag == 'f'
            ? std::to_chars(first, first + out.size(), static_cast<float>(from.number))
            : std::to_chars(first, first + out.size(), from.number);
    return end.ec == std::errc() ? static_cast<std::size_t>(end.ptr - first) : 0;
}

result<address_template, expression_error> address_template::compile(std::string_view text) {
    if (!text.starts_with('/') && !text.starts_with('$')) {
        return problem({0, 1, "an OSC address begins with '/'", "write /" + std::string(text)});
    }
    if (text.size() > size_max) {
        return problem({0, 1,
                        "the address is too long; expected at most " + std::to_string(size_max) +
                            " characters"});
    }
    address_template made;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        const bool is_bracket = rest.starts_with("${");
        const std::size_t size = is_bracket       ? bracket_size(rest)
                                 : rest[0] == '$' ? variable_size(rest)
                                                  : std::min(rest.find('$'), rest.size());
        if (size == std::string_view::npos) {
            return problem({at, 2, "this is not closed; expected '}'"});
        }
        if (size == 0) {
            return problem({at, 1, "expected $1, $name, $*1 or ${...} after $"});
        }
        const std::string_view piece = rest.substr(0, size);
        if (rest[0] != '$') {
            if (const std::size_t bad = find_bad(piece); bad != std::string_view::npos) {
                return problem({at + bad, 1, "this character is not allowed in an address"});
            }
            made.pieces_.push_back(expression::constant(std::string(piece)));
        } else {
            const std::size_t head = is_bracket ? 2 : 0;
            auto compiled = expression::compile(piece.substr(head, size - head - (head / 2)));
            if (!compiled) {
                expression_error wrong = compiled.error();
                wrong.offset += at + head;
                return problem(std::move(wrong));
            }
            made.pieces_.push_back(std::move(*compiled));
        }
        at += size;
        if (made.pieces_.size() > pieces_max) {
            return problem({at, 1, "this address has too many parts"});
        }
    }
    return made;
}

made_event address_template::write(const event_scope& from, std::span<char> out) const noexcept {
    std::size_t size = 0;
    for (const expression& piece : pieces_) {
        const value found = piece.run(from);
        if (found.is_fault()) {
            return failed("address", piece, found);
        }
        if (!found.is_text() && !found.is_number()) {
            return failed("address", piece, fault_value(fault::wrong_type, found.about));
        }
        const std::span<char> rest = out.subspan(size);
        const std::size_t written = write_text(found, rest);
        if (written == 0 && !(found.is_text() && found.text.empty())) {
            return failed("address", piece, fault_value(fault::too_large, found.about));
        }
        if (is_port(piece)) {
            std::replace_if(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(written),
                            &is_odd_in_port, '_');
        }
        if (found.is_text() && find_bad({rest.data(), written}) != std::string_view::npos) {
            return failed("address", piece, fault_value(fault::not_a_message, found.about));
        }
        size += written;
    }
    made_event answer;
    answer.size = size;
    answer.field = "address";
    answer.why = size == 0 || out[0] != '/' ? fault::not_a_message : fault::none;
    return answer;
}

} // namespace tactus::flow

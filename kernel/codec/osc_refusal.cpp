// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_refusal.hpp"

#include "kernel/codec/osc_dispatch.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tactus::codec {
namespace {

using bytes_view = std::span<const std::uint8_t>;

std::string text_at(bytes_view bytes, std::size_t at) {
    const bytes_view rest = bytes.subspan(std::min(at, bytes.size()));
    const auto end = std::find(rest.begin(), rest.end(), std::uint8_t{0});
    return {rest.begin(), end};
}

std::string hexadecimal(std::uint8_t byte) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "0x%02X", byte);
    return text.data();
}

// Describes the byte that completes the first control character.
std::string control_character_text(bytes_view bytes) {
    const std::string address = text_at(bytes, 0);
    std::size_t at = 0;
    while (at < address.size() && !has_control_character(address.substr(0, at + 1))) {
        ++at;
    }
    return "byte " + std::to_string(at + 1) + " of its address belongs to a control character (" +
           hexadecimal(at < bytes.size() ? bytes[at] : std::uint8_t{0}) +
           "); an address may contain anything else, including blanks and UTF-8";
}

std::string unknown_type_text(bytes_view bytes) {
    const std::size_t head = (text_at(bytes, 0).size() + 4) & ~std::size_t{3};
    const std::string types = text_at(bytes, head);
    const std::size_t at = types.find_first_not_of(osc_types, 1);
    const auto tag = static_cast<std::uint8_t>(at < types.size() ? types[at] : ' ');
    const bool is_letter = tag > ' ' && tag < 0x7F;
    return "the type of argument " + std::to_string(at) + " is " +
           (is_letter ? std::string(1, static_cast<char>(tag)) : hexadecimal(tag)) +
           ", which OSC 1.0 does not define; expected one of " + std::string(osc_types);
}

} // namespace

std::string refusal_text(osc_error error, bytes_view bytes) {
    switch (error) {
    case osc_error::none:
        return "nothing is wrong with it";
    case osc_error::no_words:
        return "it has " + std::to_string(bytes.size()) + " bytes; expected a multiple of 4";
    case osc_error::packet_too_large:
        return "it has " + std::to_string(bytes.size()) + " bytes; expected at most " +
               std::to_string(osc_size_max);
    case osc_error::no_address:
        return "it begins with neither an address (/...) nor a whole #bundle";
    case osc_error::control_character:
        return control_character_text(bytes);
    case osc_error::address_too_long:
        return "its address has " + std::to_string(text_at(bytes, 0).size()) +
               " bytes; expected at most " + std::to_string(osc_address_size_max);
    case osc_error::no_types:
        return "its address is not followed by a list of types; expected a comma, types and a zero";
    case osc_error::unknown_type:
        return unknown_type_text(bytes);
    case osc_error::bad_brackets:
        return "the brackets of its arrays do not match";
    case osc_error::arrays_too_deep:
        return "its arrays are more than " + std::to_string(osc_array_depth_max) + " deep";
    case osc_error::cut_argument:
        return "it ends before the last argument that its types announce";
    case osc_error::left_over:
        return "it continues after the last argument that its types announce; expected only zeros "
               "there";
    case osc_error::bundle_sizes:
        return "the sizes of a bundle's elements do not add up to that of the bundle";
    case osc_error::bundles_too_deep:
        return "its bundles are more than " + std::to_string(osc_bundle_depth_max) + " deep";
    case osc_error::pattern_too_costly:
        return "the pattern in its address takes more than " +
               std::to_string(osc_dispatch_steps_max) +
               " steps to compare with the addresses of routes; expected fewer wildcards";
    }
    return std::string(reason_of(error));
}

std::string_view refused_address(bytes_view bytes) noexcept {
    const auto end = std::find(bytes.begin(), bytes.end(), std::uint8_t{0});
    const bool is_address = !bytes.empty() && bytes.front() == '/' && end != bytes.end();
    return is_address ? std::string_view(reinterpret_cast<const char*>(bytes.data()),
                                         static_cast<std::size_t>(end - bytes.begin()))
                      : std::string_view();
}

} // namespace tactus::codec

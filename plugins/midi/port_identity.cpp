// SPDX-License-Identifier: MIT
#include "port_identity.hpp"

#include "port_match.hpp"

#include <array>
#include <utility>

namespace midi {
namespace {

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

using pair = std::pair<const char*, std::string_view>;

std::string table_of(std::initializer_list<pair> members, std::uint32_t cable) {
    std::string out;
    for (const auto& [key, text] : members) {
        if (!text.empty()) {
            out += (out.empty() ? "{ " : ", ") + std::string(key) + " = " + in_quotes(text);
        }
    }
    if (cable > 0) {
        out += (out.empty() ? "{ cable = " : ", cable = ") + std::to_string(cable);
    }
    return out.empty() ? out : out + " }";
}

bool holds(std::string_view wanted, std::string_view is) noexcept {
    return wanted.empty() || matches_pattern(wanted, is);
}

} // namespace

bool port_selector::is_name_only() const noexcept {
    return client.empty() && port.empty() && card.empty() && usb.empty() && usb_serial.empty() &&
           path.empty() && cable == 0;
}

std::string port_selector::text() const {
    return is_name_only() ? name
                          : table_of({{"usb_serial", usb_serial},
                                      {"usb", usb},
                                      {"path", path},
                                      {"card", card},
                                      {"client", client},
                                      {"port", port},
                                      {"name", name}},
                                     cable);
}

bool port_selector::fits(const port_identity& is) const noexcept {
    return holds(client, is.client) && holds(port, is.port) && holds(card, is.card) &&
           (usb.empty() || usb == is.usb) && (usb_serial.empty() || usb_serial == is.usb_serial) &&
           (path.empty() || path == is.path) && (cable == 0 || cable == is.cable);
}

std::string selector_text(const port_selector& selector) {
    return selector.is_name_only() ? quoted(selector.name) : selector.text();
}

port_identity identity_of_name(std::string_view name) {
    const std::string_view plain = without_numbers(name);
    const std::size_t colon = plain.find(':');
    port_identity is;
    is.client = plain.substr(0, colon);
    if (colon != std::string_view::npos) {
        is.port = plain.substr(colon + 1);
    }
    return is;
}

std::string lasting_table(const port_identity& is) {
    if (!is.usb_serial.empty()) {
        return table_of({{"usb_serial", is.usb_serial}, {"usb", is.usb}}, is.cable);
    }
    if (!is.usb.empty()) {
        return table_of({{"usb", is.usb}, {"path", is.path}}, is.cable);
    }
    if (!is.card.empty()) {
        return table_of({{"card", is.card}, {"port", is.port}}, is.cable);
    }
    return is.client.empty() ? std::string()
                             : table_of({{"client", is.client}, {"port", is.port}}, 0);
}

bool is_same_device(const port_identity& a, const port_identity& b) noexcept {
    if (a.usb != b.usb || a.cable != b.cable) {
        return false;
    }
    if (!a.usb_serial.empty() && a.usb_serial != b.usb_serial) {
        return false;
    }
    return !a.usb_serial.empty() || a.path == b.path;
}

} // namespace midi

// SPDX-License-Identifier: MIT
// Writes a text as a JSON string, for the few places that output JSON (`--json`, health pages). Not
// a JSON library: a caller that needs more than strings writes the braces itself.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace tactus::base {

// Appends `text` in quotes, escaped by RFC 8259, section 7. Bounds: `text` is UTF-8; other bytes
// are copied unchanged.
inline void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
            out += escape;
        } else {
            out += c;
        }
    }
    out += '"';
}

} // namespace tactus::base

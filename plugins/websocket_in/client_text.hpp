// SPDX-License-Identifier: MIT
// What a text that we send to a client begins with:
//   text = {"tactus": verb, further members}
#pragma once

#include <tactus/cpp/json_writer.hpp>

#include <string>
#include <string_view>

namespace websocket_in {

/// Digits after the point of a time in milliseconds: a nanosecond.
inline constexpr int ms_places = 6;

/// The caller adds the members and end_object(). Bounds: `out` is empty, and outlives the writer.
inline tactus::json_writer begin_text(std::string& out, std::string_view verb) {
    tactus::json_writer json(out);
    json.begin_object().member("tactus", verb);
    return json;
}

} // namespace websocket_in

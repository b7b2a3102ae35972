// SPDX-License-Identifier: MIT
// Members of a JSON object that came over a control socket, for the files that read the answers.
// A member that is absent, or of another type, leaves the target as it is: a daemon of another
// version may have other members. `From`: an element or object of simdjson. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace tactus::control {

template <class From>
void read(const From& from, std::string_view key, std::string& into) {
    std::string_view text;
    if (from[key].get(text) == simdjson::SUCCESS) {
        into = text;
    }
}

template <class From, class Value>
void read(const From& from, std::string_view key, Value& into) {
    Value value{};
    if (from[key].get(value) == simdjson::SUCCESS) {
        into = value;
    }
}

template <class From>
void read(const From& from, std::string_view key, std::optional<double>& into) {
    double value = 0;
    if (from[key].get(value) == simdjson::SUCCESS) {
        into = value;
    }
}

template <class From>
[[nodiscard]] std::string text_at(const From& from, std::string_view key) {
    std::string text;
    read(from, key, text);
    return text;
}

// Calls use(element) for each element of the list.
template <class From, class Use>
void for_each(const From& from, std::string_view key, Use&& use) {
    simdjson::dom::array list;
    if (from[key].get(list) == simdjson::SUCCESS) {
        for (const simdjson::dom::element each : list) {
            use(each);
        }
    }
}

} // namespace tactus::control

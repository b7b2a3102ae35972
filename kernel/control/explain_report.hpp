// SPDX-License-Identifier: MIT
// The result of the method `explain` as plain values, for clients. config/control.md describes it.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/control/event_json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

struct explained_output {
    std::string name;
    std::optional<event_bytes> gets;
    std::string why; // if it gets nothing, or nobody knows what
};

struct explained_route {
    std::string name;
    std::int64_t line = 0; // of the file
    bool takes = false;
    std::string why; // it does not
    std::optional<event_bytes> makes;
    double for_s = 0; // of a note that ends by itself
    bool may_hold_back = false;
    std::vector<explained_output> outputs;
};

struct explain_report {
    std::string input;
    std::optional<event_bytes> event;
    std::string why; // it meets no route, whatever these say
    std::vector<explained_route> routes;
};

// Members that are absent keep their defaults. Errors: invalid (not a JSON object).
[[nodiscard]] result<explain_report> read_explanation(std::string_view json);

} // namespace tactus::control

// SPDX-License-Identifier: MIT
// The results of the methods `send`, `send_as_input` and `outcome` as plain values, for clients.
// config/control.md describes them.
#pragma once

#include "kernel/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

struct send_report {
    std::int64_t number = 0;
    // As an input.
    std::string result; // "routed", "rejected" or "unrouted"; empty: it was sent to an output
    std::string reason;
    struct route {
        std::string name;
        std::int64_t line = 0;
        std::string result;
    };
    std::vector<route> routes;
};

struct outcome_report {
    struct delivery {
        std::string output;
        std::string result; // "sent" or "dropped"
        std::string reason;
        double late_s = 0;
    };
    bool is_taken_back = false;
    std::vector<delivery> deliveries;
    std::int64_t unknown = 0; // deliveries of which nothing is known

    [[nodiscard]] bool is_all_sent() const noexcept;
};

// Members that are absent keep their defaults. Errors: invalid (not a JSON object).
[[nodiscard]] result<send_report> read_sending(std::string_view json);
[[nodiscard]] result<outcome_report> read_outcome(std::string_view json);

} // namespace tactus::control

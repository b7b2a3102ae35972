// SPDX-License-Identifier: MIT
// Descriptors for tests of the configuration: made up, but with every type and flag of option that
// the SDK has. They are tables only; there is no plugin behind them.
#pragma once

#include "kernel/config/load.hpp"
#include "kernel/config/source/document.hpp"

namespace tactus::config::test {

// osc (input and output), midi (both), pulse (input), memory (both); also "locked", which is known
// but cannot be used, "faulty", whose option table is wrong, and "web" (both), with connections.
[[nodiscard]] plugin_types plugins();

[[nodiscard]] const tactus_descriptor& osc_input();
[[nodiscard]] const tactus_descriptor& osc_output();
[[nodiscard]] const tactus_descriptor& midi();
[[nodiscard]] const tactus_descriptor& pulse();
[[nodiscard]] const tactus_descriptor& memory();
[[nodiscard]] const tactus_descriptor& faulty();
[[nodiscard]] const tactus_descriptor& web();
[[nodiscard]] const tactus_descriptor& lines();
[[nodiscard]] const tactus_descriptor& device(); // its port is a text or a table

// A file that loads: an input "desk" (memory), an output "organ" (memory), a route; with more text
// for each of them and at the top.
struct small_file {
    std::string top = {};
    std::string input = {};
    std::string output = {};
    std::string route = {};

    [[nodiscard]] std::string text() const;
};

} // namespace tactus::config::test

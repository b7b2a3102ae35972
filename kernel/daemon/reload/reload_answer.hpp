// SPDX-License-Identifier: MIT
// The result of a reload: the changes that the file makes or would make, or why there is none.
// config/control.md describes its JSON. Plain values.
#pragma once

#include "kernel/config/difference.hpp"
#include "kernel/config/load.hpp"
#include "kernel/metrics/pages.hpp"

#include <string>
#include <vector>

namespace tactus::daemon {

struct reload_answer {
    bool is_dry = false;
    // In a sentence; empty: the file was taken, or would be.
    std::string refusal;
    std::vector<config::source_text> sources; // empty if nothing was read
    [[nodiscard]] std::string file() const { return sources.empty() ? "" : sources.front().path; }
    std::vector<config::diagnostic> found; // errors, and warnings, in the order of the file

    // Names, in the order of the file.
    std::vector<std::string> kept;
    std::vector<std::string> adjusted;
    std::vector<std::string> restarted;
    std::vector<std::string> opened;
    std::vector<std::string> closed;
    std::vector<std::string> sections;
    bool has_new_routes = false;
    // The inputs and outputs that were opened or restarted and are not up when all is done, and
    // why.
    std::vector<metrics::missing_part> down;
};

// Fills in the names.
void name_changes(reload_answer& into, const config::difference& found,
                  const config::settings& running, const config::settings& file);
[[nodiscard]] std::string to_json(const reload_answer& of);
// For people: the refusal, and each diagnostic as file:line:column with its line. Bounds: refused.
[[nodiscard]] std::string refusal_text(const reload_answer& of);

} // namespace tactus::daemon

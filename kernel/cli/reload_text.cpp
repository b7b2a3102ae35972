// SPDX-License-Identifier: MIT
#include "kernel/cli/reload_text.hpp"

#include "kernel/config/text.hpp"

#include <vector>

namespace tactus::cli {
namespace {

std::string row(const char* what, const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& each : names) {
        text += (text.empty() ? "" : ", ") + config::one_line(each);
    }
    return text.empty() ? "" : what + text + "\n";
}

} // namespace

std::string reload_text(const control::reload_report& of) {
    const std::string file = config::one_line(of.file);
    std::string text =
        file + (of.is_dry ? " is valid; nothing was changed. A reload would do this:\n"
                          : " was reloaded.\n");
    text += row("  kept       ", of.kept) + row("  changed    ", of.changed) +
            row("  restarted  ", of.restarted) + row("  opened     ", of.opened) +
            row("  closed     ", of.closed) + row("  sections   ", of.sections);
    text += of.has_new_routes ? "  routes     new\n" : "  routes     the same\n";
    for (const control::shortfall& each : of.down) {
        text += "  DOWN       " + config::one_line(each.name + ": " + each.why) + "\n";
    }
    if (of.warnings > 0) {
        text += "  warnings   " + std::to_string(of.warnings) + "; `tactus check " + file +
                "` shows them\n";
    }
    return text;
}

} // namespace tactus::cli

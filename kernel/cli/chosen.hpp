// SPDX-License-Identifier: MIT
// A command line as values: the options of its command.
#pragma once

#include "kernel/cli/commands.hpp"

#include <string>
#include <vector>

namespace tactus::cli {

struct chosen {
    run_options run;
    check_options check;
    list_options list;
    plugin_check_options plugin_check;
    plugin_new_options plugin_new;
    status_options status;
    tap_options tap;
    replay_options replay;
    log_level_options log_level;
    reload_options reload;
    explain_options explain;
    send_options send;
    control_options control;
    target_options target;
    std::string shell;
    bool offline = false; // panic
    offline_options without_daemon;
    std::vector<std::string> help; // the command to explain
    bool version = false;
};

} // namespace tactus::cli

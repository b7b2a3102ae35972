// SPDX-License-Identifier: MIT
#include "kernel/cli/daemon_socket.hpp"

#include "kernel/control/socket_folder.hpp"

#include <algorithm>
#include <vector>

namespace tactus::cli {
namespace {

// Where two have the name, as a service and a user's daemon may, it would not say which.
std::string list_of(const std::vector<control::found_socket>& all) {
    std::string text;
    for (const control::found_socket& each : all) {
        const auto with_name = std::count_if(
            all.begin(), all.end(), [&](const auto& other) { return other.name == each.name; });
        const bool says_which = !each.name.empty() && with_name == 1;
        text += "\n  " + (says_which ? "--name " + each.name : "--socket " + each.path);
    }
    return text;
}

} // namespace

result<std::string> find_socket(const control_options& options, std::string_view file_name) {
    if (!options.socket.empty()) {
        return options.socket;
    }
    std::vector<control::found_socket> all = control::find_sockets(file_name);
    if (!options.name.empty()) {
        std::erase_if(all, [&](const auto& each) { return each.name != options.name; });
    }
    // One that would refuse is meant only where none would answer: `sudo` is said to help then.
    const auto is_closed = [](const control::found_socket& each) { return each.is_closed; };
    if (!std::all_of(all.begin(), all.end(), is_closed)) {
        std::erase_if(all, is_closed);
    }
    if (all.empty()) {
        const std::string ignored = control::why_variable_ignored();
        return fail(error_kind::not_found,
                    (options.name.empty() ? "no daemon was found"
                                          : "no daemon \"" + options.name + "\" was found") +
                        std::string(". Start one with `tactus run FILE`, or name its socket with "
                                    "--socket PATH.") +
                        (ignored.empty() ? "" : " " + ignored));
    }
    if (all.size() > 1) {
        return fail(error_kind::invalid,
                    "several daemons are running; say which one:" + list_of(all));
    }
    return all.front().path;
}

} // namespace tactus::cli

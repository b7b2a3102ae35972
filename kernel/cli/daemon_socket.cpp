// SPDX-License-Identifier: MIT
#include "kernel/cli/daemon_socket.hpp"

#include "kernel/control/socket_folder.hpp"

#include <vector>

namespace tactus::cli {
namespace {

std::string list_of(const std::vector<control::found_socket>& all) {
    std::string text;
    for (const control::found_socket& each : all) {
        text += "\n  " + (each.name.empty() ? "--socket " + each.path : "--name " + each.name);
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
    if (all.empty()) {
        return fail(error_kind::not_found,
                    (options.name.empty() ? "no daemon was found"
                                          : "no daemon \"" + options.name + "\" was found") +
                        std::string(". Start one with `tactus run FILE`, or name its socket with "
                                    "--socket PATH."));
    }
    if (all.size() > 1) {
        return fail(error_kind::invalid,
                    "several daemons are running; say which one:" + list_of(all));
    }
    return all.front().path;
}

} // namespace tactus::cli

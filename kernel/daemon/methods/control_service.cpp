// SPDX-License-Identifier: MIT
#include "kernel/daemon/methods/control_service.hpp"

#include "kernel/control/socket_folder.hpp"
#include "kernel/net/acceptor.hpp"

#include <utility>

namespace tactus::daemon {

result<void> control_service::start(control::methods& methods) {
    const config::control_settings& wanted = settings_.control;
    if (!wanted.enabled) {
        return {};
    }
    result<std::string> folder = control::make_socket_folder(settings_.name);
    if (!folder) {
        log_.warning(base::log_event::control_off, "The daemon runs without control sockets.",
                     {base::kv("why", folder.error().text)});
        return {};
    }
    folder_ = std::move(*folder);
    if (const std::string path = control::find_namesake(settings_.name, folder_); !path.empty()) {
        return fail(error_kind::limit, why_taken(path));
    }
    result<void> done = open(methods, control::control_socket, wanted.group, control::rights::all);
    if (done) {
        done = open(methods, control::status_socket, wanted.status_group,
                    control::rights::status_only);
    }
    if (!done) {
        sockets_.clear();
        if (done.error().kind != error_kind::unsupported) {
            return done;
        }
        log_.warning(base::log_event::control_off, "The daemon runs without control sockets.",
                     {base::kv("why", done.error().text)});
        return {};
    }
    for (const served_socket& each : sockets_) {
        tasks_.spawn(reactor_.ready(), "control", each.server->run());
    }
    return {};
}

std::string control_service::why_taken(const std::string& path) const {
    return "another daemon with the name \"" + settings_.name + "\" runs: it listens at " + path +
           ". Stop it, or give this one a name of its own: name = \"...\" at the top of the file.";
}

result<void> control_service::open(control::methods& methods, std::string_view file_name,
                                   const std::string& group, control::rights granted) {
    const std::string path = folder_ + "/" + std::string(file_name);
    net::socket_permissions permissions;
    permissions.group = group;
    result<std::unique_ptr<coro::acceptor>> listening =
        net::listen_unix(reactor_, path, permissions);
    if (!listening) {
        const error_kind kind = listening.error().kind;
        const bool is_taken = kind == error_kind::limit;
        return fail(kind, is_taken ? why_taken(path) : listening.error().text);
    }
    served_socket made;
    made.acceptor = std::move(*listening);
    made.server =
        std::make_unique<control::control_server>(reactor_, *made.acceptor, methods, granted);
    sockets_.push_back(std::move(made));
    return {};
}

} // namespace tactus::daemon

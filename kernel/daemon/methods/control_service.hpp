// SPDX-License-Identifier: MIT
// The control sockets while the daemon runs: their folder, the two listening sockets and their
// servers. Without a folder or a file for them the daemon runs all the same, and the log says so;
// if another daemon of the same name listens there, it does not. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/base/result.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/control/control_server.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/coro/stream.hpp"
#include "kernel/daemon/service_tasks.hpp"

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tactus::daemon {

class control_service {
public:
    // All must outlive it.
    control_service(coro::reactor& reactor, base::log& log, const config::settings& settings)
        : reactor_(reactor), log_(log), settings_(settings) {}

    // Serves `methods`, if the settings ask for it; they must live until stop() has ended. Errors:
    // limit (another daemon of this name runs), invalid (the group cannot be had), io (no
    // descriptor, no memory); then nothing runs.
    [[nodiscard]] result<void> start(control::methods& methods);
    // Calls `then` once when nothing of it runs any more, possibly at once.
    void stop(std::function<void()> then) { tasks_.stop(std::move(then)); }

private:
    struct served_socket {
        std::unique_ptr<coro::acceptor> acceptor;
        std::unique_ptr<control::control_server> server;
    };
    [[nodiscard]] result<void> open(control::methods& methods, std::string_view file_name,
                                    const std::string& group, control::rights granted);
    [[nodiscard]] std::string why_taken(const std::string& path) const;

    coro::reactor& reactor_;
    base::log& log_;
    const config::settings& settings_;
    std::string folder_;
    std::list<served_socket> sockets_;
    service_tasks tasks_;
};

} // namespace tactus::daemon

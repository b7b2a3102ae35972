// SPDX-License-Identifier: MIT
// `tactus run FILE...`: the daemon, in the foreground.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/installed_plugins.hpp"
#include "kernel/cli/live_view.hpp"
#include "kernel/cli/load.hpp"
#include "kernel/config/text.hpp"
#include "kernel/daemon/process/service_environment.hpp"
#include "kernel/daemon/process/start_failure.hpp"
#include "kernel/daemon/process/termination.hpp"
#include "kernel/host/loading/file_trust.hpp"
#include "kernel/net/passed_sockets.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tactus::cli {

static_assert(exit_hung == daemon::exit_hung); // which cli.hpp does not include

namespace {

// Stops the daemon after a while, for demonstrations and tests.
class time_limit {
public:
    time_limit(daemon::daemon& daemon, double seconds) : daemon_(daemon) {
        timer_.owner = &daemon;
        timer_.fire = [](coro::timer& node) noexcept {
            static_cast<daemon::daemon*>(node.owner)->request_stop();
        };
        if (seconds > 0) {
            coro::reactor& reactor = daemon.loop();
            reactor.arm(timer_,
                        reactor.clock().now_ns() + static_cast<std::int64_t>(seconds * 1e9));
        }
    }
    time_limit(const time_limit&) = delete;
    time_limit& operator=(const time_limit&) = delete;
    ~time_limit() { daemon_.loop().disarm(timer_); }

private:
    daemon::daemon& daemon_;
    coro::timer timer_;
};

// Prints errors, and at a terminal also warnings, with the line quoted, if a person reads them; all
// else on standard error is the log, in a format that programs may read.
void print_found(const checked& file) {
    const bool is_for_people = daemon::start_failure::is_for_people(file.log);
    if (is_for_people && (file.daemon == nullptr || ::isatty(STDERR_FILENO) == 1)) {
        std::fputs(config::render(file.found, file.sources, "nothing was started").c_str(), stderr);
    } else if (file.daemon != nullptr) {
        file.daemon->log_warnings();
    }
}

// Absolute paths: a reload and `status` mean the same files later, even if the working folder is
// moved or made anew. As they are if the system does not tell.
config::source_list absolute(config::source_list list) {
    for (std::string& each : list.files) {
        std::error_code unknown;
        const std::string_view own = "./";
        const std::string_view plain = std::string_view(each).substr(each.starts_with(own) ? 2 : 0);
        const std::filesystem::path whole = std::filesystem::absolute(plain, unknown);
        each = unknown ? each : whole.string();
    }
    return list;
}

void warn_of_unused_sockets(daemon::service_environment& service) {
    for (const std::string& each : net::passed_sockets::of_process().unused()) {
        service.warnings.push_back("No `listen` names the socket " + config::quoted(each) +
                                   " that systemd passed: nothing reads the data sent there. "
                                   "Write \"" +
                                   std::string(net::passed_scheme) + config::escaped(each) +
                                   "\", or stop its socket unit.");
    }
}

int run(const run_options& options, daemon::service_environment service,
        const daemon::start_failure& failure) {
    if (const result<void> taken = net::passed_sockets::of_process().take(); !taken) { // likewise
        service.warnings.push_back(taken.error().text);
    }
    auto* const signals = new daemon::termination; // until the process is gone
    if (const result<void> begun = signals->begin(exit_ok); !begun) {
        failure.failed(begun.error().text);
        return exit_failure;
    }
    host::catalog catalog = installed_plugins();
    if (::geteuid() == 0 || !service.notify_socket.empty()) {
        catalog.guard_by(&host::why_untrusted); // it has rights that others have not
    }
    checked file = load(absolute(options.configuration), catalog);
    print_found(file);
    if (file.daemon == nullptr) {
        failure.refused(file.log, file.found, file.sources);
        return file.exit_code();
    }
    warn_of_unused_sockets(service);
    file.daemon->notify_with(std::move(service));
    std::signal(SIGPIPE, SIG_IGN); // a closed reader must not end the daemon
    const time_limit limit(*file.daemon, options.seconds);
    std::unique_ptr<live_view> view;
    if (options.show) {
        view = std::make_unique<live_view>(*file.daemon, STDOUT_FILENO);
    }
    const result<void> ran = file.daemon->run(*signals); // it says itself what it cannot
    if (view != nullptr) {
        view->summarize();
        view.reset();
    }
    const int code = ran ? exit_ok : exit_failure;
    if (file.daemon->has_quarantine()) {
        file.daemon->finish_log();
        std::fflush(nullptr);
        ::_exit(code); // a thread that never returns may run any of our code
    }
    return code;
}

} // namespace

int run_daemon(const run_options& options) {
    daemon::service_environment service = daemon::take_service_environment(); // before any thread
    const daemon::start_failure failure(service.notify_socket);
    try {
        return run(options, std::move(service), failure);
    } catch (const std::exception& error) {
        failure.failed(error.what());
        return exit_failure;
    }
}

} // namespace tactus::cli

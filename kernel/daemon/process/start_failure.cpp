// SPDX-License-Identifier: MIT
#include "kernel/daemon/process/start_failure.hpp"

#include "kernel/config/text.hpp"
#include "kernel/daemon/reports/file_warnings.hpp"
#include "kernel/daemon/translate_settings.hpp"
#include "kernel/net/notify_socket.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

namespace tactus::daemon {
namespace {

constexpr std::size_t why_size_max = 400; // of the manager's line

bool is_error(const config::diagnostic& one) noexcept {
    return one.level == config::severity::error;
}

// "/etc/tactus/tactus.toml:40: unknown setting "nonsense"; and 2 more".
std::string first_error(std::span<const config::diagnostic> found,
                        std::span<const config::source_text> sources) {
    const auto first = std::find_if(found.begin(), found.end(), is_error);
    if (first == found.end()) {
        return "the configuration is not valid";
    }
    std::string text = sources[first->where.source].path;
    text += (first->where.line > 0 ? ":" + std::to_string(first->where.line) : "") + ": ";
    text += first->message;
    const auto errors = std::count_if(found.begin(), found.end(), is_error);
    return errors > 1 ? text + "; and " + std::to_string(errors - 1) + " more" : text;
}

// Without the log's thread.
void print_alone(const char* what, std::string_view why) noexcept {
    const char* const priority = log_settings({}).is_journal ? "<3>" : "";
    std::fprintf(stderr, "%stactus: %s%.*s\n", priority, what, static_cast<int>(why.size()),
                 why.data());
}

} // namespace

void log_start_failure(base::log& log, std::string_view why) noexcept {
    try {
        log.error(base::log_event::start_failed, "Not started: " + std::string(why) + ".");
    } catch (const std::bad_alloc&) {
        log.error(base::log_event::start_failed, "Not started: there is no memory.");
    }
}

std::string start_failure_status(std::string_view why) {
    return "Not started: " + config::escaped(why, why_size_max) + ".";
}

bool start_failure::is_for_people(const config::log_settings& with) noexcept {
    const base::log_settings log = log_settings(with);
    return log.format == base::log_format::text && !log.is_journal;
}

void start_failure::refused(const config::log_settings& with,
                            std::span<const config::diagnostic> found,
                            std::span<const config::source_text> sources) const noexcept {
    try {
        const std::string why = first_error(found, sources);
        tell_systemd(why);
        if (!is_for_people(with)) {
            base::log log(log_settings(with));
            log_found(log, found, sources);
            log_start_failure(log, "the configuration has errors");
        }
    } catch (const std::exception& error) {
        print_alone("the configuration has errors, and there is no log: ", error.what());
    }
}

void start_failure::failed(std::string_view why) const noexcept {
    try {
        tell_systemd(why);
        base::log log(log_settings({}));
        log_start_failure(log, why);
    } catch (const std::exception&) {
        print_alone("", why);
    }
}

void start_failure::tell_systemd(std::string_view why) const {
    if (notify_socket_.empty()) {
        return;
    }
    if (result<net::notify_socket> to = net::notify_socket::open(notify_socket_)) {
        // One that does not read now learns it from the exit code.
        static_cast<void>(to->send(net::status_assignment(start_failure_status(why))));
    }
}

} // namespace tactus::daemon

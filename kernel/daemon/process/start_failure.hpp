// SPDX-License-Identifier: MIT
// Says why a daemon does not start, at a time when there is no daemon to say it: before one is made
// of its configuration. Writes the lines that the daemon would have logged, and tells the service
// manager. Threads: one.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/diagnostic.hpp"
#include "kernel/config/settings.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tactus::daemon {

// The last line of a daemon that does not start; `why` is a sentence without its full stop.
void log_start_failure(base::log& log, std::string_view why) noexcept;

// The line for the service manager: "Not started: why.".
[[nodiscard]] std::string start_failure_status(std::string_view why);

class start_failure {
public:
    // `notify_socket`: as NOTIFY_SOCKET had it, empty if no manager waits.
    explicit start_failure(std::string notify_socket) : notify_socket_(std::move(notify_socket)) {}

    // Whether lines with these settings (as far as the configuration could be read) are read by a
    // person, and not by the journal or a program.
    [[nodiscard]] static bool is_for_people(const config::log_settings& with) noexcept;

    // Logs each error of the configuration as a line, unless a person has been shown them, and
    // tells the manager the first one. Errors: none are returned; without a thread for the log,
    // standard error has the reason.
    void refused(const config::log_settings& with, std::span<const config::diagnostic> found,
                 std::span<const config::source_text> sources) const noexcept;
    // Anything else, before there is a configuration. Errors: likewise.
    void failed(std::string_view why) const noexcept;

private:
    void tell_systemd(std::string_view why) const;

    std::string notify_socket_;
};

} // namespace tactus::daemon

// SPDX-License-Identifier: MIT
// The real daemon, run as a user would, on a configuration of the test's; metrics on a free port.
#pragma once

#include "tests/support/process.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tactus::test {

inline constexpr const char* tactus_program = TACTUS_PROGRAM;

struct http_answer {
    int status = 0; // 0: no answer
    std::string body;
};
// GET over loopback, blocking.
http_answer http_get(std::uint16_t port, const std::string& path);

class daemon_process {
public:
    // Waits until it says that it runs; throws with what it said where it does not.
    explicit daemon_process(const std::string& configuration, const process::options& options = {});

    [[nodiscard]] process& program() noexcept { return *program_; }
    [[nodiscard]] std::uint16_t metrics_port() const noexcept { return metrics_port_; }
    // SIGTERM, and its exit code.
    [[nodiscard]] int stop();

    // The value of one series, `name` or `name{labels}` as the scrape writes it; -1 where there is
    // none.
    [[nodiscard]] double metric(const std::string& series) const;

private:
    temp_dir folder_;
    std::unique_ptr<process> program_;
    std::uint16_t metrics_port_ = 0;
};

// A UDP port that is free now.
std::uint16_t free_udp_port();

// A configuration: all OSC that comes to a port of this machine goes on to another.
std::string osc_bridge(std::uint16_t in, std::uint16_t out);

} // namespace tactus::test

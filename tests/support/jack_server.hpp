// SPDX-License-Identifier: MIT
// A real JACK server for one test: jackd with its dummy driver, under a name that no other test
// uses, which this process (and those that it starts) takes as the default server while the object
// lives. Can be killed, stopped and started again. Nothing of it is left behind.
#pragma once

#include "tests/support/process.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tactus::test {

class jack_server {
public:
    /// Names a server; start() starts it. Throws where there is no jackd on this machine: then the
    /// test fails, it is not skipped.
    jack_server();
    jack_server(const jack_server&) = delete;
    jack_server& operator=(const jack_server&) = delete;
    ~jack_server();

    /// `waits`: each period waits for all clients; else those that the machine does not run in time
    /// miss it, and its events.
    enum class mode : std::uint8_t { waits, goes_on };

    /// Returns when it answers; throws where it does not within `patience`. At 48 kHz, periods of
    /// `period_frames`.
    void start(mode in = mode::waits, int period_frames = 128);
    void kill();   // SIGKILL, and waits for its end
    void freeze(); // SIGSTOP
    void thaw();   // SIGCONT

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    bool end() noexcept; // true where it has tidied up

    std::string name_;
    int lock_ = -1; // on the name, among all tests of this machine
    std::optional<std::string> default_before_;
    std::unique_ptr<process> jackd_;
};

} // namespace tactus::test

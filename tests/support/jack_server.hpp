// SPDX-License-Identifier: MIT
// A real JACK server for one test: jackd with its dummy driver, or PipeWire where libjack is
// PipeWire's. No other test uses it, and this process (and those that it starts) takes it as the
// default server while the object lives. Can be killed, stopped and started again. Nothing of it is
// left behind.
#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tactus::test {

/// libjack, as the loader finds it for this process, is PipeWire's. A case that does not apply to
/// PipeWire has the tag [jackd], and says why.
[[nodiscard]] bool is_pipewire();

class jack_server {
public:
    /// Names a server; start() starts it. Throws where there is none on this machine: then the test
    /// fails, it is not skipped.
    jack_server();
    jack_server(const jack_server&) = delete;
    jack_server& operator=(const jack_server&) = delete;
    ~jack_server();

    /// `waits`: each period waits for all clients; else those that the machine does not run in time
    /// miss it, and its events. PipeWire always goes on.
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
    std::vector<std::string> jackd_command(mode in, int period_frames) const;
    std::vector<std::string> pipewire_command(int period_frames) const;

    temp_dir folder_; // PipeWire's
    std::string name_;
    int lock_ = -1; // on the name, among all tests of this machine
    std::optional<std::string> default_before_;
    std::unique_ptr<process> server_;
};

} // namespace tactus::test

// SPDX-License-Identifier: MIT
// An instance of the midi plugin on a fake host whose time runs with the real one, as a real JACK
// server's does: the test's thread is loop and worker in turn. Nothing but the plugin uses libjack
// in this process.
#pragma once

#include "tests/support/jack_server.hpp"
#include <tactus/testhost/instance.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tactus::test {

using namespace std::chrono_literals;
using message = std::vector<std::uint8_t>;

inline const tactus_entry& midi_entry() {
    return testing::load_entry(PLUGIN_FILE);
}

inline std::string toml_text(std::string_view text) {
    return '"' + std::string(text) + '"';
}

class live_instance {
public:
    /// One option is given besides `api = "jack"`.
    live_instance(const char* id, std::string_view key, std::string_view value, std::string name)
        : instance(midi_entry(), id, std::move(name)) {
        instance.config.set("api", toml_text("jack")).set(key, toml_text(value));
        instance.may_leave_resources = true; // libjack keeps some of a server that died
    }

    /// Lets the time go on until it holds.
    bool until(const std::function<bool()>& holds, std::chrono::milliseconds limit = patience) {
        return eventually(
            [this, &holds] {
                turn();
                return holds();
            },
            limit);
    }
    bool until_up(std::chrono::milliseconds limit = patience) {
        return until([this] { return is_up(); }, limit);
    }
    bool until_down(std::chrono::milliseconds limit = patience) {
        return until([this] { return !is_up(); }, limit);
    }
    void turn() {
        const auto passed = std::chrono::steady_clock::now() - begin_;
        instance.host.advance_to(begin_ns_ + std::chrono::nanoseconds(passed).count());
        end_waits_for_fds();
    }

    const testing::test_port& port() { return instance.host.ports.begin()->second; }
    bool is_up() { return !instance.host.ports.empty() && port().is_up; }
    bool has_logged(std::string_view text) const {
        const auto& log = instance.host.log;
        return std::any_of(log.begin(), log.end(), [text](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    }

    testing::test_instance instance;

private:
    // The host is a fake, the descriptors are not.
    void end_waits_for_fds() {
        std::array<pollfd, 64> all{};
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = {static_cast<int>(i), POLLIN, 0};
        }
        static_cast<void>(poll(all.data(), all.size(), 0));
        for (const pollfd& each : all) {
            if ((each.revents & POLLIN) != 0) {
                instance.host.make_ready(each.fd, TACTUS_FD_READABLE);
            }
        }
    }

    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    const std::int64_t begin_ns_ = instance.host.now_ns();
};

/// What this process writes to stderr while the object lives.
class stderr_capture {
public:
    stderr_capture() : before_(dup(STDERR_FILENO)) {
        std::fflush(stderr);
        const int file = open(folder_.path("stderr").c_str(), O_WRONLY | O_CREAT, 0600);
        dup2(file, STDERR_FILENO);
        ::close(file);
    }
    stderr_capture(const stderr_capture&) = delete;
    stderr_capture& operator=(const stderr_capture&) = delete;
    ~stderr_capture() {
        dup2(before_, STDERR_FILENO);
        ::close(before_);
    }
    std::string text() const {
        std::ifstream file(folder_.path("stderr"));
        std::stringstream all;
        all << file.rdbuf();
        return all.str();
    }

private:
    temp_dir folder_;
    int before_;
};

} // namespace tactus::test

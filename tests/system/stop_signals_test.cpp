// SPDX-License-Identifier: MIT
// Signals at moments that a service manager does not choose: while the daemon starts, and while it
// is already ending.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/udp_peer.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

using namespace tactus::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

std::string without_pages() {
    return osc_bridge(free_udp_port(), free_udp_port()) + "[metrics]\nenabled = false\n";
}

// A daemon whose configuration comes from a writer that takes its time. It has no terminal.
class slow_start {
public:
    slow_start() {
        REQUIRE(::mkfifo(fifo_.c_str(), 0600) == 0);
        writer_ = ::open(fifo_.c_str(), O_RDWR | O_CLOEXEC);
        REQUIRE(writer_ >= 0);
        daemon_ = std::make_unique<process>(
            std::vector<std::string>{"setsid", tactus_program, "run", fifo_});
        REQUIRE(eventually([&] { return has_opened(); }));
    }
    slow_start(const slow_start&) = delete;
    slow_start& operator=(const slow_start&) = delete;
    ~slow_start() { finish(); }

    [[nodiscard]] process& daemon() noexcept { return *daemon_; }
    void write(const std::string& text) const {
        REQUIRE(::write(writer_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    void finish() noexcept {
        if (writer_ >= 0) {
            ::close(std::exchange(writer_, -1));
        }
    }

private:
    [[nodiscard]] bool has_opened() const {
        const std::filesystem::path all = "/proc/" + std::to_string(daemon_->pid()) + "/fd";
        std::error_code gone;
        for (const auto& each : std::filesystem::directory_iterator(all, gone)) {
            if (std::filesystem::read_symlink(each.path(), gone) == fifo_) {
                return true;
            }
        }
        return false;
    }

    temp_dir folder_;
    std::string fifo_ = folder_.path("slow.toml");
    int writer_ = -1;
    std::unique_ptr<process> daemon_;
};

} // namespace

TEST_CASE("a stop while the configuration is still being read is a stop that was asked for") {
    slow_start start;

    start.daemon().signal(GENERATE(SIGTERM, SIGINT));

    CHECK(start.daemon().wait() == 0);
    CHECK(start.daemon().err() == "tactus: the daemon was asked to stop before it ran\n");
    CHECK_FALSE(std::filesystem::exists(start.daemon().runtime_folder() + "/control.sock"));
}

TEST_CASE("a reload that is asked for during the start is carried out when the daemon runs") {
    slow_start start;

    start.daemon().signal(SIGHUP);
    start.write(without_pages());
    start.finish();

    CHECK(start.daemon().says("The daemon is running."));
    CHECK(start.daemon().says("The configuration was not reloaded")); // the pipe has no writer
    start.daemon().signal(SIGTERM);
    CHECK(start.daemon().wait() == 0);
}

TEST_CASE("signals at each moment of a stop change neither its end nor its code") {
    const int first = GENERATE(SIGTERM, SIGINT);
    const int then = GENERATE(SIGTERM, SIGINT, SIGHUP);
    const temp_dir folder;
    process daemon({"setsid", tactus_program, "run", folder.write("a.toml", without_pages())});
    REQUIRE(daemon.says("The daemon is running."));

    const auto until = std::chrono::steady_clock::now() + 150ms; // shorter than again_ns
    daemon.signal(first);
    while (daemon.is_running() && std::chrono::steady_clock::now() < until) {
        daemon.signal(then);
    }

    CHECK(daemon.wait() == 0);
    CHECK_THAT(daemon.err(), Contains("Stopped."));
    CHECK_FALSE(std::filesystem::exists(daemon.runtime_folder() + "/control.sock"));
}

// SPDX-License-Identifier: MIT
// Nobody can take the log's lines: a full disk, a closed standard error, a reader that does not
// read, a journal that is gone. Events leave all the same, and the daemon stops as it should.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

void require_bridge(const std::string& redirection, const process::options& options = {}) {
    CAPTURE(redirection);
    const udp_peer peer;
    const std::uint16_t in = free_udp_port();
    const temp_dir folder;
    const std::string file =
        folder.write("test.toml", osc_bridge(in, peer.port()) +
                                      "[metrics]\nenabled = false\n[log]\nlevel = \"debug\"\n");
    process daemon(
        {"sh", "-c", fmt::format("exec {} run {} {}", tactus_program, file, redirection)}, options);
    REQUIRE(eventually([&] { // it has no way to say that it runs
        peer.send(osc("/up", {}), in);
        return peer.receive(50ms).has_value();
    }));
    while (peer.receive(100ms)) { // what else was sent until it was up
    }
    for (int i = 0; i < 500; ++i) {
        const std::string malformed = fmt::format("/bad/{}", i); // each is worth a line
        peer.send(std::vector<std::uint8_t>(malformed.begin(), malformed.end()), in);
        peer.send(osc("/n", {i}), in);
        const std::optional<arrival> came = peer.receive(20s);
        REQUIRE(came);
        REQUIRE(came->bytes == osc("/n", {i}));
    }

    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

} // namespace

TEST_CASE("a full disk or a closed standard error stops no event") {
    require_bridge("2>/dev/full");
    require_bridge("2>&-");
}

TEST_CASE("a reader of the log that reads nothing stops no event") {
    const temp_dir folder;
    const std::string path = folder.path("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int reader = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(reader >= 0);
    const std::string filler(4096, 'x');
    while (::write(reader, filler.data(), filler.size()) > 0) {
    }

    require_bridge("2>" + path);

    ::close(reader);
}

TEST_CASE("a journal that is gone stops no event") {
    struct stat full {};
    REQUIRE(::stat("/dev/full", &full) == 0);
    process::options options;
    options.environment = {fmt::format("JOURNAL_STREAM={}:{}", full.st_dev, full.st_ino)};

    require_bridge("2>/dev/full", options);
}

// SPDX-License-Identifier: MIT
// The log against readers as they come: one that reads, one that never does, one that went away,
// a disk that is full.
#include "kernel/base/log.hpp"

#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace base = tactus::base;
using base::kv;
using base::log_format;
using base::log_level;

namespace {

constexpr auto some_event = base::log_event::plugin;

struct descriptor {
    int fd = -1;

    explicit descriptor(int from) : fd(from) { REQUIRE(fd >= 0); }
    descriptor(descriptor&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
    ~descriptor() { close(); }
    void close() {
        if (fd >= 0) {
            ::close(std::exchange(fd, -1));
        }
    }
};

struct channel {
    descriptor read;
    descriptor write;
};

channel make_pipe() {
    std::array<int, 2> ends{-1, -1};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    return {descriptor(ends[0]), descriptor(ends[1])};
}

channel make_socket_pair() {
    std::array<int, 2> ends{-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    return {descriptor(ends[0]), descriptor(ends[1])};
}

std::string read_to_end(int fd) {
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t size = 0; (size = ::read(fd, part.data(), part.size())) > 0;) {
        all.append(part.data(), static_cast<std::size_t>(size));
    }
    return all;
}

// All that was written to the pipe; nobody may write to it any more.
std::string read_all(channel& from) {
    from.write.close();
    return read_to_end(from.read.fd);
}

base::log_settings journal_to(const descriptor& to, log_level level = log_level::info) {
    return {level, log_format::journal, to.fd};
}

std::uint64_t written_in_all(const base::log_counts& counts) {
    return std::accumulate(counts.written.begin(), counts.written.end(), std::uint64_t{0});
}

// Far more than the pipe and the queue hold.
constexpr std::uint64_t flood_lines = 20'000;

void flood(base::log& log) {
    for (std::uint64_t i = 0; i < flood_lines; ++i) {
        log.info(some_event, "One of many lines.", {kv("i", i)});
    }
}

} // namespace

TEST_CASE("lines come out in the order in which they were written") {
    channel pipe = make_pipe();
    {
        base::log log(journal_to(pipe.write));
        log.info(some_event, "The first.");
        log.error(some_event, "The second.", {kv("instance", "osc_in")});
        log.warning(some_event, "The third.");
    }

    REQUIRE(read_all(pipe) == "<6>The first.\n<3>The second. instance=osc_in\n<4>The third.\n");
}

TEST_CASE("lines below the level are not written and not counted") {
    channel pipe = make_pipe();
    {
        base::log log(journal_to(pipe.write, log_level::warning));
        log.write(log_level::debug, some_event, "No.");
        log.info(some_event, "No.");
        log.warning(some_event, "Yes.");
        CHECK_FALSE(log.is_enabled(log_level::info));
        CHECK(log.is_enabled(log_level::warning));
    }

    REQUIRE(read_all(pipe) == "<4>Yes.\n");
}

TEST_CASE("the level can be changed while the log is in use") {
    channel pipe = make_pipe();
    {
        base::log log(journal_to(pipe.write, log_level::error));
        log.write(log_level::debug, some_event, "No.");
        log.set_level(log_level::debug);
        log.write(log_level::debug, some_event, "Yes.");
    }

    REQUIRE(read_all(pipe) == "<7>Yes.\n");
}

TEST_CASE("a reader that never reads blocks neither the writers nor the end") {
    for (channel& stuck : std::array{make_pipe(), make_socket_pair()}) {
        base::log_counts counts;
        {
            base::log log(journal_to(stuck.write));
            flood(log); // would never end
            counts = log.counts();
        } // nor would this

        CHECK(counts.lost > 0);
        CHECK(counts.lost + written_in_all(counts) + base::log::queued_lines_max + 1 >=
              flood_lines);
    }
}

TEST_CASE("lines lost to a slow reader are told of in the log") {
    channel pipe = make_pipe();
    std::string all;
    std::thread reader;
    {
        base::log log(journal_to(pipe.write));
        flood(log);
        reader = std::thread([&] { all = read_to_end(pipe.read.fd); });
    }
    pipe.write.close();
    reader.join();

    REQUIRE(all.find("lines of the log were lost here: its reader took none.") !=
            std::string::npos);
}

TEST_CASE("a full disk loses lines, counts them, and stops nobody") {
    descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    base::log log(journal_to(full));
    log.info(some_event, "A line.");
    log.error(some_event, "Another line.");

    while (log.counts().lost < 2) {
        std::this_thread::yield();
    }

    REQUIRE(written_in_all(log.counts()) == 0);
}

TEST_CASE("a reader that went away loses lines and does not end the process") {
    for (channel& gone : std::array{make_pipe(), make_socket_pair()}) {
        gone.read.close();
        base::log log(journal_to(gone.write));
        log.info(some_event, "A line.");

        while (log.counts().lost < 1) {
            std::this_thread::yield();
        }

        CHECK(written_in_all(log.counts()) == 0);
    }
}

TEST_CASE("a descriptor that is not open loses lines and nothing else") {
    channel pipe = make_pipe();
    const int closed = pipe.write.fd;
    pipe.write.close();
    base::log log({log_level::info, log_format::text, closed});
    log.info(some_event, "A line.");

    while (log.counts().lost < 1) {
        std::this_thread::yield();
    }

    REQUIRE(written_in_all(log.counts()) == 0);
}

TEST_CASE("lines of many threads come out whole") {
    constexpr int threads = 4;
    constexpr int lines_each = 100;
    channel pipe = make_pipe();
    {
        base::log log(journal_to(pipe.write));
        std::vector<std::thread> all;
        for (int i = 0; i < threads; ++i) {
            all.emplace_back([&log, i] {
                for (int n = 0; n < lines_each; ++n) {
                    log.info(some_event, "A line of a thread.", {kv("thread", i)});
                }
            });
        }
        for (std::thread& each : all) {
            each.join();
        }
    }

    const std::string text = read_all(pipe);
    std::array<int, threads> seen{};
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        const std::string line = text.substr(at, text.find('\n', at) - at);
        REQUIRE(line.substr(0, line.size() - 1) == "<6>A line of a thread. thread=");
        ++seen.at(static_cast<std::size_t>(line.back() - '0'));
    }
    REQUIRE(seen == std::array<int, threads>{100, 100, 100, 100});
}

TEST_CASE("a log that is finished has written all, and loses what comes later") {
    channel pipe = make_pipe();
    base::log log(journal_to(pipe.write));
    std::string expected;
    for (int i = 0; i < 500; ++i) {
        log.info(some_event, "A line.");
        expected += "<6>A line.\n";
    }

    log.finish();
    log.info(some_event, "Too late.");
    log.finish(); // as the destructor will

    CHECK(log.counts().written[1] == 500);
    CHECK(log.counts().lost == 1);
    REQUIRE(read_all(pipe) == expected);
}

TEST_CASE("finishing a log whose reader is stuck is bounded") {
    channel pipe = make_pipe(); // takes 64 KiB, and nobody reads
    base::log log(journal_to(pipe.write));
    for (std::size_t i = 0; i < base::log::queued_lines_max; ++i) {
        log.info(some_event, std::string(200, 'x'));
    }

    log.finish();

    CHECK(log.counts().lost > 0);
}

TEST_CASE("lines are counted by level") {
    channel pipe = make_pipe();
    base::log log(journal_to(pipe.write));
    log.info(some_event, "A line.");
    log.info(some_event, "A line.");
    log.error(some_event, "A line.");

    while (written_in_all(log.counts()) < 3) {
        std::this_thread::yield();
    }

    REQUIRE(log.counts().written == std::array<std::uint64_t, 4>{0, 2, 0, 1});
}

TEST_CASE("suppressed lines are counted, and told of before the next one") {
    channel pipe = make_pipe();
    base::log_limit limit(1, 1000);
    const auto write_at = [&](base::log& log, std::int64_t now_ns) {
        if (log.allows(limit, now_ns)) {
            log.info(some_event, "A line.");
        }
    };
    {
        base::log log(journal_to(pipe.write));
        write_at(log, 0);
        write_at(log, 1);
        write_at(log, 2);
        CHECK(log.counts().suppressed == 2);
        write_at(log, 1000);
    }

    REQUIRE(read_all(pipe) == "<6>A line.\n"
                              "<4>More lines like the next one were suppressed. count=2\n"
                              "<6>A line.\n");
}

// SPDX-License-Identifier: MIT
// The log where standard error is the journal: a journal that reads, one that does not, one that
// was restarted, none at all.
#include "kernel/base/journal_socket.hpp"
#include "kernel/base/log.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace base = tactus::base;
using base::kv;
using base::log_event;
using base::log_format;
using base::log_level;

namespace {

// Where the journal would be, and the pipe that is standard error.
class fake_journal {
public:
    fake_journal() : path_(folder_.path("socket")) {
        REQUIRE(::pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) == 0);
        listen();
    }
    fake_journal(const fake_journal&) = delete;
    fake_journal& operator=(const fake_journal&) = delete;
    ~fake_journal() {
        end();
        ::close(pipe_[0]);
        ::close(pipe_[1]);
    }

    void listen() {
        fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(path_.size() < sizeof address.sun_path);
        path_.copy(address.sun_path, path_.size());
        ::unlink(path_.c_str());
        REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    void end() {
        if (fd_ >= 0) {
            ::close(fd_);
            fd_ = -1;
        }
    }

    [[nodiscard]] base::log_settings settings(log_format format = log_format::journal) const {
        return {log_level::info, format, pipe_[1], true, path_.c_str()};
    }
    // The next entry, waited for.
    [[nodiscard]] std::string read_entry() const {
        while (true) {
            if (const std::optional<std::string> entry = try_read()) {
                return *entry;
            }
            std::this_thread::yield();
        }
    }
    [[nodiscard]] std::optional<std::string> try_read() const {
        std::array<char, 16384> space{};
        const ssize_t size = ::recv(fd_, space.data(), space.size(), MSG_DONTWAIT);
        return size < 0 ? std::nullopt
                        : std::optional(std::string(space.data(), static_cast<std::size_t>(size)));
    }
    [[nodiscard]] std::string read_standard_error() const {
        std::array<char, 65536> space{};
        const ssize_t size = ::read(pipe_[0], space.data(), space.size());
        return size < 0 ? "" : std::string(space.data(), static_cast<std::size_t>(size));
    }

private:
    tactus::test::temp_dir folder_;
    std::string path_;
    std::array<int, 2> pipe_{-1, -1};
    int fd_ = -1;
};

std::string text_with(const std::string& fields) {
    return "SYSLOG_IDENTIFIER=tactus\n" + fields;
}

} // namespace

TEST_CASE("the journal gets the line as it would stand on standard error, and its fields") {
    const fake_journal journal;
    {
        base::log log(journal.settings());
        log.warning(log_event::output_loss, "Lost.", {kv("output", "synth"), kv("why", "it is")});
    }

    CHECK(journal.read_entry() ==
          "MESSAGE=Lost. output=synth why=\"it is\"\nPRIORITY=4\n" +
              text_with("TACTUS_EVENT_ID=output_loss\nTACTUS_OUTPUT=synth\nTACTUS_WHY=it is\n"));
    CHECK(journal.read_standard_error().empty());
}

TEST_CASE("in the journal a line of text needs no time of its own, and JSON stays JSON") {
    const fake_journal journal;
    {
        base::log log(journal.settings(log_format::text));
        log.info(log_event::daemon_stopped, "Stopped.");
        log.finish();
        log.set_format(log_format::json);
    }
    CHECK(journal.read_entry() ==
          "MESSAGE=Stopped.\nPRIORITY=6\n" + text_with("TACTUS_EVENT_ID=daemon_stopped\n"));
    {
        base::log log(journal.settings(log_format::json));
        log.info(log_event::daemon_stopped, "Stopped.");
    }
    CHECK(journal.read_standard_error().find(R"("event_id":"daemon_stopped")") !=
          std::string::npos);
}

TEST_CASE("without a journal the lines go to standard error") {
    fake_journal journal;
    journal.end();
    {
        base::log log(journal.settings());
        log.error(log_event::plugin, "One.", {kv("n", 1)});
        log.info(log_event::plugin, "Two.");
    }

    CHECK(journal.read_standard_error() == "<3>One. n=1\n<6>Two.\n");
}

TEST_CASE("a journal that was restarted is used again, and no line is lost") {
    fake_journal journal;
    base::log log(journal.settings());
    log.info(log_event::plugin, "One.");
    CHECK(journal.read_entry().starts_with("MESSAGE=One.\n"));

    journal.end();
    log.info(log_event::plugin, "Two.");
    while (log.counts().written[1] < 2) {
        std::this_thread::yield();
    }
    CHECK(journal.read_standard_error() == "<6>Two.\n");

    journal.listen();
    log.info(log_event::plugin, "Three.");
    CHECK(journal.read_entry().starts_with("MESSAGE=Three.\n"));
    CHECK(log.counts().lost == 0);
}

TEST_CASE("a journal that does not read blocks neither the writers nor the end, and is told") {
    constexpr std::uint64_t flood_lines = 5000;
    const fake_journal journal;
    base::log log(journal.settings());
    for (std::uint64_t i = 0; i < flood_lines; ++i) {
        log.info(log_event::plugin, "One of many lines.", {kv("i", i)}); // would never end
    }
    CHECK(log.counts().lost > 0);

    bool is_told = false;
    std::uint64_t entries = 0;
    while (!is_told) { // its queue is read until the line that follows the loss
        const std::string entry = journal.read_entry();
        ++entries;
        is_told = entry.find("TACTUS_EVENT_ID=log_lost\n") != std::string::npos;
    }
    CHECK(entries < flood_lines);
    log.finish();
    CHECK(log.counts().lost > 0);
}

TEST_CASE("a log ends although the journal is full") {
    const fake_journal journal;
    base::log log(journal.settings());
    for (std::size_t i = 0; i < base::log::queued_lines_max; ++i) {
        log.info(log_event::plugin, std::string(500, 'x'));
    }

    log.finish();

    const base::log_counts counts = log.counts();
    CHECK(counts.lost > 0);
    CHECK(counts.lost + counts.written[1] == base::log::queued_lines_max);
}

TEST_CASE("entries of many threads are whole, whatever foreign text they contain") {
    constexpr int threads = 4;
    constexpr int lines_each = 50;
    const std::string evil =
        "a\n\xff\x1b[31m=\nTACTUS_EVENT_ID=daemon_running\n" + std::string(5000, '\xc3');
    const fake_journal journal;
    std::vector<std::thread> all;
    int entries = 0;
    {
        base::log log(journal.settings());
        for (int i = 0; i < threads; ++i) {
            all.emplace_back([&] {
                for (int n = 0; n < lines_each; ++n) {
                    log.info(log_event::plugin, evil, {kv("address", evil), kv("why", evil)});
                }
            });
        }
        for (; entries < threads * lines_each; ++entries) {
            const std::string entry = journal.read_entry();
            CHECK(std::count(entry.begin(), entry.end(), '\n') == 6);
            CHECK(entry.find("\nTACTUS_EVENT_ID=plugin\n") != std::string::npos);
            CHECK(std::all_of(entry.begin(), entry.end(),
                              [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
        }
        for (std::thread& each : all) {
            each.join();
        }
    }
    CHECK_FALSE(journal.try_read());
}

TEST_CASE("a socket path that is too long is no journal") {
    const fake_journal journal;
    base::log_settings settings = journal.settings();
    const std::string path(500, 'x');
    settings.journal_path = path.c_str();
    {
        base::log log(settings);
        log.info(log_event::plugin, "A line.");
    }
    CHECK(journal.read_standard_error() == "<6>A line.\n");
}

TEST_CASE("a descriptor is the journal if systemd says so of exactly that one") {
    const tactus::test::temp_dir folder;
    const std::string path = folder.path("file");
    const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0);
    struct stat status {};
    REQUIRE(::fstat(fd, &status) == 0);
    const std::string own = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);

    CHECK(base::is_journal(fd, own.c_str()));
    CHECK_FALSE(base::is_journal(fd, nullptr));
    for (const std::string& other :
         {std::string(), std::string(":"), own + "0", own + " ", "1" + own, own + ":1",
          std::to_string(status.st_dev), std::string("x:y")}) {
        CAPTURE(other);
        CHECK_FALSE(base::is_journal(fd, other.c_str()));
    }
    ::close(fd);
    CHECK_FALSE(base::is_journal(fd, own.c_str()));
}

// SPDX-License-Identifier: MIT
// Readers that are slow, gone, or files.
#include "kernel/cli/terminal.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace tactus::cli {
namespace {

struct pipe_pair {
    pipe_pair() { REQUIRE(::pipe(ends.data()) == 0); }
    pipe_pair(const pipe_pair&) = delete;
    pipe_pair& operator=(const pipe_pair&) = delete;
    ~pipe_pair() {
        close_reader();
        ::close(ends[1]);
    }
    void close_reader() {
        if (ends[0] >= 0) {
            ::close(ends[0]);
            ends[0] = -1;
        }
    }
    // What has arrived; at most so many bytes.
    std::string read(std::size_t at_most) const {
        std::string text(at_most, '\0');
        const long n = ::read(ends[0], text.data(), text.size());
        text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return text;
    }
    std::array<int, 2> ends{-1, -1};
};

// Fills the pipe and the terminal's own room; answers how many lines were taken.
std::size_t fill(terminal& out, const std::string& line) {
    std::size_t taken = 0;
    while (out.write(line)) {
        ++taken;
    }
    return taken;
}

TEST_CASE("text goes through a pipe as it is") {
    const pipe_pair pipe;
    terminal out(pipe.ends[1]);
    REQUIRE(out.write("one\n"));
    REQUIRE(out.write("two\n"));
    REQUIRE(pipe.read(100) == "one\ntwo\n");
    REQUIRE_FALSE(out.is_interactive());
    REQUIRE(out.columns() == 80);
}

TEST_CASE("a reader that reads nothing is never waited for") {
    const pipe_pair pipe;
    terminal out(pipe.ends[1]);
    const std::string line(1000, 'x');
    REQUIRE(fill(out, line) >= terminal::waiting_max / line.size());
    REQUIRE_FALSE(out.flush());
    REQUIRE_FALSE(out.write(line));
}

TEST_CASE("a refused text leaves no part of itself behind") {
    const pipe_pair pipe;
    terminal out(pipe.ends[1]);
    const std::string line = std::string(999, 'x') + "\n";
    const std::size_t taken = fill(out, line);
    std::string all;
    while (!out.flush() || all.size() < taken * line.size()) {
        all += pipe.read(1 << 16);
    }
    REQUIRE(all.size() == taken * line.size());
    REQUIRE(all.ends_with(line));
}

TEST_CASE("once the reader goes on, there is room again") {
    const pipe_pair pipe;
    terminal out(pipe.ends[1]);
    const std::string line(1000, 'x');
    static_cast<void>(fill(out, line));
    while (!out.flush()) {
        static_cast<void>(pipe.read(1 << 16));
    }
    REQUIRE(out.write(line));
}

TEST_CASE("the flags that others share are left alone") {
    const pipe_pair pipe;
    const int before = ::fcntl(pipe.ends[1], F_GETFL);
    const terminal out(pipe.ends[1]);
    REQUIRE(::fcntl(pipe.ends[1], F_GETFL) == before);
    REQUIRE((before & O_NONBLOCK) == 0);
}

TEST_CASE("a reader that is gone takes everything, and nobody is hurt") {
    ::signal(SIGPIPE, SIG_IGN); // as `tactus run` does
    pipe_pair pipe;
    terminal out(pipe.ends[1]);
    pipe.close_reader();
    REQUIRE(out.write("one\n"));
    REQUIRE(out.flush());
    REQUIRE(out.write("two\n"));
}

TEST_CASE("a file gets the text at its end") {
    const test::temp_dir folder;
    const std::string path = folder.write("out", "before\n");
    const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    REQUIRE(fd >= 0);
    {
        terminal out(fd);
        REQUIRE(out.write("after\n"));
    }
    ::close(fd);
    std::ifstream file(path);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    REQUIRE(all == "before\nafter\n");
}

} // namespace
} // namespace tactus::cli

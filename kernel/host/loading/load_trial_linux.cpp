// SPDX-License-Identifier: MIT
#include "kernel/host/loading/load_trial.hpp"

#include "kernel/host/loading/library.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <unistd.h>

namespace tactus::host {
namespace {

// Set once, before there is another thread.
std::atomic<bool> may_try{false};

constexpr int report_fd = 3; // of the child
constexpr std::string_view opened_line = "opened";
constexpr int closed_code = 113; // the child's, if it cannot report
constexpr auto limit = std::chrono::seconds(5);

struct pipe_ends {
    pipe_ends() { is_open = ::pipe2(ends, O_CLOEXEC) == 0; }
    pipe_ends(const pipe_ends&) = delete;
    pipe_ends& operator=(const pipe_ends&) = delete;
    ~pipe_ends() {
        close_end(0);
        close_end(1);
    }
    void close_end(int which) noexcept {
        if (is_open && ends[which] >= 0) {
            ::close(ends[which]);
            ends[which] = -1;
        }
    }
    int ends[2] = {-1, -1};
    bool is_open = false;
};

// An ordinary process: default signals, no real-time priority. Its output is not shown.
class child_setup {
public:
    explicit child_setup(int report_to) noexcept {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files_, report_to, report_fd);
        ::posix_spawnattr_init(&how_);
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&how_, &none);
        ::posix_spawnattr_setsigdefault(&how_, &all);
        const sched_param ordinary{};
        ::posix_spawnattr_setschedpolicy(&how_, SCHED_OTHER);
        ::posix_spawnattr_setschedparam(&how_, &ordinary);
        ::posix_spawnattr_setflags(&how_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSCHEDULER);
    }
    child_setup(const child_setup&) = delete;
    child_setup& operator=(const child_setup&) = delete;
    ~child_setup() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&how_);
    }
    // Returns 0 if there is no child.
    [[nodiscard]] pid_t start(const std::string& path) const noexcept {
        std::string file = path;
        char name[] = "tactus";
        std::string word = trial_argument;
        char* const arguments[] = {name, word.data(), file.data(), nullptr};
        pid_t child = 0;
        return ::posix_spawn(&child, "/proc/self/exe", &files_, &how_, arguments, environ) == 0
                   ? child
                   : 0;
    }

private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t how_;
};

enum class answer { told, ended, late };

// The child has said what became of it, is gone without a word, or does neither in time.
answer wait_for(int fd, std::string& said) noexcept {
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd waits{fd, POLLIN, 0};
        const int ready = left.count() <= 0 ? 0 : ::poll(&waits, 1, static_cast<int>(left.count()));
        if (ready == 0) {
            return answer::late;
        }
        char bytes[256];
        const ssize_t n = ready < 0 ? -1 : ::read(fd, bytes, sizeof bytes);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return answer::ended;
        }
        said.append(bytes, n > 0 ? static_cast<std::size_t>(n) : 0);
        if (said.ends_with('\n')) {
            said.pop_back();
            return answer::told;
        }
    }
}

int end_of(pid_t child) noexcept {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

constexpr const char* closes_others = "loading it closes descriptors that are not its own";

std::string how_it_ended(int status) {
    if (WIFSIGNALED(status)) {
        return std::string("loading it ends the process: ") + ::strsignal(WTERMSIG(status));
    }
    if (WEXITSTATUS(status) == closed_code) {
        return closes_others;
    }
    return "loading it ends the process by exit(" + std::to_string(WEXITSTATUS(status)) + ")";
}

bool is_open_as(int fd, const struct stat& before) noexcept {
    struct stat now {};
    return ::fstat(fd, &now) == 0 && now.st_dev == before.st_dev && now.st_ino == before.st_ino;
}

// The child's resources while it loads the file. Its own descriptors have high numbers, which a
// constructor would not close by chance; `guards_` are others', here and there.
class held_descriptors {
public:
    held_descriptors() noexcept
        : report_(move_up(report_fd)), written_(move_up(::memfd_create("", MFD_CLOEXEC))) {
        ::dup2(written_, STDOUT_FILENO);
        for (const int least : {3, 3, 20, 100, 500}) {
            guards_[n_guards_++] = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, least);
        }
        ::fstat(STDIN_FILENO, &null_);
        ::fstat(STDOUT_FILENO, &out_);
    }
    // The damage that the file has done to them, as the end of a sentence; empty if none.
    [[nodiscard]] std::string fault() const {
        for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            if (!is_open_as(fd, fd == STDOUT_FILENO ? out_ : null_)) {
                return "loading it closes or replaces descriptor " + std::to_string(fd) +
                       ", which is the whole process's";
            }
        }
        for (const int each : guards_) {
            if (each >= 0 && !is_open_as(each, null_)) {
                return closes_others;
            }
        }
        std::string text(40, '\0');
        const ssize_t n = ::pread(written_, text.data(), text.size(), 0);
        text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        std::replace_if(
            text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
        return text.empty() ? text
                            : "loading it writes to standard output, which is the program's: \"" +
                                  text + "\"";
    }
    // Returns false if the file has closed the pipe.
    [[nodiscard]] bool report(const std::string& line) const noexcept {
        return ::write(report_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    }

private:
    static int move_up(int fd) noexcept {
        constexpr int far = 600;
        const int up = ::fcntl(fd, F_DUPFD_CLOEXEC, far);
        if (up < 0) { // the limit of the process is lower
            ::fcntl(fd, F_SETFD, FD_CLOEXEC);
            return fd;
        }
        ::close(fd);
        return up;
    }
    int report_;
    int written_;
    std::array<int, 5> guards_{};
    std::size_t n_guards_ = 0;
    struct stat null_ {};
    struct stat out_ {};
};

} // namespace

void let_this_program_try() noexcept {
    may_try.store(true, std::memory_order_relaxed);
}

std::string try_to_load(const std::string& path) {
    pipe_ends report;
    if (!report.is_open || !may_try.load(std::memory_order_relaxed)) {
        return {};
    }
    const pid_t child = child_setup(report.ends[1]).start(path);
    report.close_end(1);
    if (child == 0) {
        return {};
    }
    std::string said;
    const answer got = wait_for(report.ends[0], said);
    if (got != answer::ended) { // it has done its work, or never will
        ::kill(child, SIGKILL);
    }
    const int status = end_of(child);
    switch (got) {
    case answer::told:
        return said == opened_line ? std::string() : said;
    case answer::ended:
        return how_it_ended(status);
    case answer::late:
        break;
    }
    return "loading it does not return within " + std::to_string(limit.count()) + " s";
}

int serve_trial(const char* path) {
    const held_descriptors held;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a parent that is ended leaves no child that hangs
    ::prctl(PR_SET_DUMPABLE, 0);        // no core: the fault is reported
    static_cast<void>(open_library(path));
    static_cast<void>(std::fflush(stdout)); // what it has written so far
    const std::string fault = held.fault();
    const std::string line = (fault.empty() ? std::string(opened_line) : fault) + "\n";
    ::_exit(held.report(line) ? 0 : closed_code);
}

} // namespace tactus::host

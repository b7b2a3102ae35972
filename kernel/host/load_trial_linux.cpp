// SPDX-License-Identifier: MIT
#include "kernel/host/load_trial.hpp"

#include "kernel/host/library.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include <unistd.h>

namespace tactus::host {
namespace {

// Set once, before there is another thread.
std::atomic<bool> may_try{false};

constexpr int report_fd = 3; // of the child
constexpr char report_text[] = "opened";
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

// An ordinary process: default signals, no real-time priority. What it prints is of no interest.
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

enum class answer { opened, ended, late };

// The child has opened the file, is gone without having done so, or does neither in time.
answer wait_for(int fd) noexcept {
    const auto until = std::chrono::steady_clock::now() + limit;
    std::string said;
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd waits{fd, POLLIN, 0};
        const int ready = left.count() <= 0 ? 0 : ::poll(&waits, 1, static_cast<int>(left.count()));
        if (ready == 0) {
            return answer::late;
        }
        char bytes[sizeof report_text];
        const ssize_t n = ready < 0 ? -1 : ::read(fd, bytes, sizeof bytes);
        if (n < 0 && errno != EINTR) {
            return answer::ended;
        }
        if (n == 0) {
            return answer::ended;
        }
        said.append(bytes, n > 0 ? static_cast<std::size_t>(n) : 0);
        if (said == report_text) {
            return answer::opened;
        }
    }
}

int end_of(pid_t child) noexcept {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

std::string how_it_ended(int status) {
    if (WIFSIGNALED(status)) {
        return std::string("loading it ends the process: ") + ::strsignal(WTERMSIG(status));
    }
    return "loading it ends the process by exit(" + std::to_string(WEXITSTATUS(status)) + ")";
}

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
    const answer got = wait_for(report.ends[0]);
    if (got != answer::ended) { // it has done its work, or never will
        ::kill(child, SIGKILL);
    }
    const int status = end_of(child);
    switch (got) {
    case answer::opened:
        return {};
    case answer::ended:
        return how_it_ended(status);
    case answer::late:
        break;
    }
    return "loading it does not return within " + std::to_string(limit.count()) + " s";
}

int serve_trial(const char* path) {
    ::fcntl(report_fd, F_SETFD, FD_CLOEXEC);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a parent that is ended leaves no child that hangs
    ::prctl(PR_SET_DUMPABLE, 0);        // no core: the fault is reported
    static_cast<void>(open_library(path));
    const ssize_t ignored = ::write(report_fd, report_text, sizeof report_text - 1);
    static_cast<void>(ignored);
    ::_exit(0);
}

} // namespace tactus::host

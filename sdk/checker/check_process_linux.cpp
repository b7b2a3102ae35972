// SPDX-License-Identifier: MIT
#include "check_process.hpp"

#include "subject.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tactus::checker {
namespace {

constexpr int state_none = 0; // the child has not come to its end
constexpr int state_passed = 1;
constexpr int state_failed = 2;
constexpr int state_skipped = 3;
constexpr int state_leaving = 4; // by exit()
constexpr int exit_by_us = 0;

// Written by the child, read by the parent once the child has ended.
struct shared_page {
    int state = state_none;
    std::array<char, 128> call{};
    std::array<char, 4096> why{};
    std::array<char, 16384> told{};
};

shared_page* page = nullptr; // in the child: the page; it lives as long as the process
int written_file = -1;       // in the child: where standard output and error go

template <std::size_t N>
void copy(std::string_view from, std::array<char, N>& to) {
    const std::size_t size = std::min(from.size(), N - 1);
    std::memcpy(to.data(), from.data(), size);
    to[size] = '\0';
}

void finish(int state, std::string_view why) {
    copy(why, page->why);
    page->state = state;
}

// An exception that left a function which must not throw: the ABI's functions are noexcept.
[[noreturn]] void on_terminate() {
    std::string what = "an exception";
    try {
        if (const std::exception_ptr thrown = std::current_exception()) {
            std::rethrow_exception(thrown);
        }
        what = "";
    } catch (const std::exception& error) {
        what += std::string(" (") + error.what() + ")";
    } catch (...) {
        what += " of a type that is unknown here";
    }
    if (page->state != state_none) {
        ::_exit(exit_by_us);
    }
    const std::string call = page->call[0] != '\0' ? page->call.data() : "a thread of its own";
    if (page->call[0] == '\0' && what.empty() && ::gettid() == ::getpid()) { // forced unwinding
        finish(state_failed, "It ended the loop's thread: does it call pthread_exit()?");
        ::_exit(exit_by_us);
    }
    finish(state_failed, what.empty() ? "It ended the process by std::terminate() in " + call + "."
                                      : "It let " + what + " out of " + call + ".");
    ::_exit(exit_by_us);
}

[[noreturn]] void run_child(const std::function<void()>& body) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    // Its own, since flags of the caller's would stay set.
    if (const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC); input > STDERR_FILENO) {
        ::dup2(input, STDIN_FILENO);
        ::close(input);
    }
    written_file = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (written_file >= 0) {
        ::dup2(written_file, STDOUT_FILENO);
        ::dup2(written_file, STDERR_FILENO);
    }
    std::signal(SIGPIPE, SIG_IGN); // as the daemon does
    std::set_terminate(&on_terminate);
    try {
        body();
        if (page->state == state_none) {
            finish(state_passed, "");
        }
    } catch (const check_failure&) { // it is noted
    } catch (const check_skipped& error) {
        finish(state_skipped, error.what());
    } catch (const std::exception& error) {
        const std::string call = page->call.data();
        const std::string what = error.what();
        finish(state_failed,
               call.empty() ? what : "It let an exception (" + what + ") out of " + call + ".");
    }
    ::_exit(exit_by_us); // not exit(): the handlers that the plugin registered shall not run
}

std::string in_call(const shared_page& of) {
    return of.call[0] != '\0' ? " in " + std::string(of.call.data())
                              : ", outside of every call of the host";
}

// True where it has ended by itself.
bool wait_for(pid_t child, double limit_s, int& status) {
    using namespace std::chrono;
    const auto begin = steady_clock::now();
    for (auto pause = microseconds(200);; pause = std::min(pause * 2, microseconds(5000))) {
        if (::waitpid(child, &status, WNOHANG) == child) {
            return true;
        }
        if (steady_clock::now() - begin > duration<double>(limit_s)) {
            ::kill(-child, SIGKILL);
            ::kill(child, SIGKILL);
            ::waitpid(child, &status, 0);
            return false;
        }
        std::this_thread::sleep_for(pause);
    }
}

ended judge(const shared_page& of, bool ended_by_itself, int status) {
    ended result;
    result.told = of.told.data();
    result.is_timeout = !ended_by_itself;
    if (of.state == state_failed) {
        result.why = of.why.data();
    } else if (!ended_by_itself) {
        result.why = "It did not come back in time" + in_call(of) +
                     "; --limit SECONDS gives each test longer.";
    } else if ((of.state == state_passed || of.state == state_leaving) && WIFEXITED(status) &&
               WEXITSTATUS(status) == 0) {
        result.outcome = verdict::passed;
    } else if (of.state == state_skipped) {
        result.outcome = verdict::skipped;
        result.why = of.why.data();
    } else if (WIFSIGNALED(status)) {
        const char* const name = ::sigabbrev_np(WTERMSIG(status));
        result.why =
            std::string("It crashed with SIG") + (name != nullptr ? name : "?") + in_call(of) + ".";
    } else {
        result.why = "It ended the process with exit status " +
                     std::to_string(WEXITSTATUS(status)) + in_call(of) + ".";
    }
    return result;
}

} // namespace

ended run_apart(const std::function<void()>& body, double limit_s) {
    void* const memory = ::mmap(nullptr, sizeof(shared_page), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "memory for a test");
    }
    auto* const shared = new (memory) shared_page;
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) {
        ::munmap(memory, sizeof(shared_page));
        throw std::system_error(errno, std::generic_category(), "a process for a test");
    }
    if (child == 0) {
        page = shared;
        run_child(body);
    }
    int status = 0;
    const bool ended_by_itself = wait_for(child, limit_s, status);
    ::kill(-child, SIGKILL); // what it started and left
    const ended result = judge(*shared, ended_by_itself, status);
    ::munmap(memory, sizeof(shared_page));
    return result;
}

void note_call(const char* call) {
    if (call == nullptr && std::uncaught_exceptions() != 0) {
        return; // it left the call just now
    }
    copy(call != nullptr ? call : "", page->call);
}

void note_failure(const std::string& why) {
    if (page->state == state_none) {
        finish(state_failed, why);
    }
}

void exit_apart() {
    page->state = state_leaving;
    std::exit(exit_by_us);
}

void tell_parent(const std::string& text) {
    const std::string all = page->told.data() + text;
    copy(all, page->told);
}

std::string written_so_far() {
    std::fflush(nullptr);
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t n = 0; (n = ::pread(written_file, part.data(), part.size(),
                                     static_cast<off_t>(text.size()))) > 0;) {
        text.append(part.data(), static_cast<std::size_t>(n));
    }
    return text;
}

} // namespace tactus::checker

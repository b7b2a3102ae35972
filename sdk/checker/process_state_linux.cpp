// SPDX-License-Identifier: MIT
#include "process_state.hpp"

#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>

#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tactus::checker {

namespace {

// Its kind and its settings.
std::string descriptor_text(int fd) {
    struct stat what {};
    if (::fstat(fd, &what) != 0) {
        return "closed";
    }
    return std::to_string(what.st_dev) + " " + std::to_string(what.st_ino) + " " +
           std::to_string(::fcntl(fd, F_GETFL) & (O_NONBLOCK | O_APPEND | O_ASYNC));
}

std::string limits_text() {
    std::string all;
    for (const auto limit : {RLIMIT_NOFILE, RLIMIT_CORE, RLIMIT_AS, RLIMIT_STACK, RLIMIT_DATA,
                             RLIMIT_FSIZE, RLIMIT_NPROC}) {
        rlimit now{};
        ::getrlimit(limit, &now);
        all += std::to_string(now.rlim_cur) + " " + std::to_string(now.rlim_max) + " ";
    }
    return all;
}

std::string timers_text() {
    std::string all;
    for (const auto which : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
        itimerval now{};
        ::getitimer(which, &now);
        all += now.it_value.tv_sec != 0 || now.it_value.tv_usec != 0 ? "armed " : "off ";
    }
    return all;
}

std::string environment_hash() {
    std::string all;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        all += std::string(*each) + "\n";
    }
    return std::to_string(std::hash<std::string>()(all));
}

} // namespace

std::vector<int> open_canaries() {
    std::vector<int> open;
    const int first = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (const int least : {3, 3, 20, 100, 500, 1000}) {
        const int fd = ::fcntl(first, F_DUPFD_CLOEXEC, least);
        if (fd >= 0) {
            open.push_back(fd);
        }
    }
    ::close(first);
    return open;
}

bool has_children() {
    siginfo_t one{};
    return ::waitid(P_ALL, 0, &one, WEXITED | WNOHANG | WNOWAIT) == 0;
}

std::string process_text(std::span<const int> signals, std::span<const int> descriptors) {
    std::string all;
    for (const int signal : signals) {
        struct sigaction now {};
        ::sigaction(signal, nullptr, &now);
        all += "the action of SIG" + std::string(::sigabbrev_np(signal)) + "=" +
               std::to_string(reinterpret_cast<std::uintptr_t>(now.sa_handler)) + "\n";
    }
    sigset_t blocked;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, SIGPIPE}) {
        all += "the mask of SIG" + std::string(::sigabbrev_np(signal)) + "=" +
               std::to_string(sigismember(&blocked, signal)) + "\n";
    }
    stack_t signal_stack{};
    ::sigaltstack(nullptr, &signal_stack);
    all += "the loop's stack for signals=" +
           std::to_string(reinterpret_cast<std::uintptr_t>(signal_stack.ss_sp)) + " " +
           std::to_string(signal_stack.ss_flags) + "\n";
    char thread_name[16] = "";
    ::pthread_getname_np(::pthread_self(), thread_name, sizeof thread_name);
    all += "the name of the loop's thread=" + std::string(thread_name) + "\n";
    const mode_t mask = ::umask(022);
    ::umask(mask);
    all += "the umask=" + std::to_string(mask) + "\n";
    all += "the working folder=" + std::filesystem::current_path().string() + "\n";
    all += "the locale=" + std::string(std::setlocale(LC_ALL, nullptr)) + "\n";
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        all += "descriptor " + std::to_string(fd) + "=" + descriptor_text(fd) + "\n";
    }
    for (const int fd : descriptors) {
        all += "another's descriptor " + std::to_string(fd) + "=" + descriptor_text(fd) + "\n";
    }
    all += "a timer that sends a signal=" + timers_text() + "\n";
    all += "a limit of the system=" + limits_text() + "\n";
    all += "the environment=" + environment_hash() + "\n";
    all += "how numbers are rounded=" + std::to_string(std::fegetround()) + "\n";
    all += "the user=" + std::to_string(::getuid()) + " " + std::to_string(::geteuid()) + " " +
           std::to_string(::getgid()) + " " + std::to_string(::getegid()) + "\n";
    return all;
}

std::string changed(const std::string& before, const std::string& after) {
    std::size_t line = 0;
    for (std::size_t i = 0; i < before.size() && i < after.size() && before[i] == after[i]; ++i) {
        line = before[i] == '\n' ? i + 1 : line;
    }
    return before.substr(line, before.find('=', line) - line);
}

} // namespace tactus::checker

// SPDX-License-Identifier: MIT
#include "process_state.hpp"

#include <clocale>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tactus::checker {

std::string process_text(std::span<const int> signals) {
    std::string all;
    for (const int signal : signals) {
        struct sigaction now {};
        ::sigaction(signal, nullptr, &now);
        all += "the action of SIG" + std::string(::sigabbrev_np(signal)) + "=" +
               std::to_string(reinterpret_cast<std::uintptr_t>(now.sa_handler)) + "\n";
    }
    sigset_t blocked;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        all += "the mask of SIG" + std::string(::sigabbrev_np(signal)) + "=" +
               std::to_string(sigismember(&blocked, signal)) + "\n";
    }
    const mode_t mask = ::umask(022);
    ::umask(mask);
    all += "the umask=" + std::to_string(mask) + "\n";
    all += "the working folder=" + std::filesystem::current_path().string() + "\n";
    all += "the locale=" + std::string(std::setlocale(LC_ALL, nullptr)) + "\n";
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        all += "descriptor " + std::to_string(fd) + "=" +
               (::fcntl(fd, F_GETFD) >= 0 ? "open" : "closed") + "\n";
    }
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

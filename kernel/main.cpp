// SPDX-License-Identifier: MIT
#include "kernel/cli/cli.hpp"
#include "kernel/daemon/process/crash_report.hpp"
#include "kernel/daemon/process/termination.hpp"
#include "kernel/host/loading/load_trial.hpp"

#include <fcntl.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include <unistd.h>

namespace {

// The program that starts us may have closed them. Files of ours would get their numbers: a log
// into a socket, and libuv ends a process that closes one of them. Reading from stdout fails, so
// what cannot be said on it is an error still.
void open_standard_descriptors() noexcept {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) < 0) {
            static_cast<void>(::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY));
        }
    }
}

// Without the destructors of the plugins that were opened, which may crash or hang. A sanitizer
// reports at an ordinary exit.
[[noreturn]] void leave(int code) noexcept {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    std::exit(code);
#else
    std::cout.flush();
    static_cast<void>(std::fflush(nullptr));
    ::_exit(code);
#endif
}

} // namespace

int main(int argc, char** argv) {
    open_standard_descriptors();
    if (argc == 3 && std::strcmp(argv[1], tactus::host::trial_argument) == 0) {
        return tactus::host::serve_trial(argv[2]);
    }
    if (argc > 1 && std::strcmp(argv[1], "run") == 0) {
        tactus::daemon::termination::hold_back();
    }
    tactus::host::let_this_program_try();
    tactus::daemon::report_crashes(); // many commands run code of plugins
    const int code = tactus::cli::run(argc, argv);
    tactus::daemon::expect_exit();
    leave(code);
}

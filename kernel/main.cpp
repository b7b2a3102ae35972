// SPDX-License-Identifier: MIT
#include "kernel/cli/cli.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace {

// Who starts us may have closed them. What we open would get their numbers: a log into a socket,
// and libuv ends a process that closes one of them. Reading from stdout fails, so what cannot be
// said on it is an error still.
void open_standard_descriptors() noexcept {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) < 0) {
            static_cast<void>(::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY));
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    open_standard_descriptors();
    return tactus::cli::run(argc, argv);
}

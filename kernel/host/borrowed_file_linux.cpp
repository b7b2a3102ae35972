// SPDX-License-Identifier: MIT
#include "kernel/host/borrowed_file.hpp"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>

#include <unistd.h>

namespace tactus::host {
namespace {

// For a kernel that is built without kcmp, or a sandbox without it.
bool is_same_inode(int one, int other) noexcept {
    struct stat of_one {};
    struct stat of_other {};
    return ::fstat(one, &of_one) == 0 && ::fstat(other, &of_other) == 0 &&
           of_one.st_dev == of_other.st_dev && of_one.st_ino == of_other.st_ino;
}

} // namespace

int borrow_file(int fd) noexcept {
    return ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

void return_file(int borrowed) noexcept {
    if (borrowed >= 0) {
        ::close(borrowed);
    }
}

bool is_still_file(int fd, int borrowed) noexcept {
    const pid_t self = ::getpid();
    const long compared = ::syscall(SYS_kcmp, self, self, KCMP_FILE, fd, borrowed);
    return compared == 0 || (compared < 0 && errno != EBADF && is_same_inode(fd, borrowed));
}

} // namespace tactus::host

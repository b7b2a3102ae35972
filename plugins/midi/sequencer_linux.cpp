// SPDX-License-Identifier: MIT
#include "sequencer.hpp"

#include <array>

#include <sys/inotify.h>
#include <unistd.h>

namespace midi {

bool has_sequencer() noexcept {
    return access("/dev/snd/seq", R_OK | W_OK) == 0;
}

device_watch::device_watch(const char* folder) noexcept
    : fd_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    // IN_ATTRIB: udev gives the permissions after the node was made.
    if (fd_ >= 0 && inotify_add_watch(fd_, folder, IN_CREATE | IN_DELETE | IN_ATTRIB) < 0) {
        close(fd_);
        fd_ = -1;
    }
}

device_watch::~device_watch() {
    if (fd_ >= 0) {
        close(fd_);
    }
}

void device_watch::drain() noexcept {
    std::array<char, 4096> changes;
    while (read(fd_, changes.data(), changes.size()) > 0) {
    }
}

} // namespace midi

// SPDX-License-Identifier: MIT
#include "sequencer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sound/asequencer.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace midi {

std::string sequencer_complaint() {
    if (access("/dev/snd/seq", R_OK | W_OK) == 0) {
        return {};
    }
    return errno == EACCES
               ? "/dev/snd/seq may not be opened: this needs the group audio (sudo usermod -aG "
                 "audio USER, then log in again)"
               : "there is no /dev/snd/seq (ALSA's sequencer: sudo modprobe snd-seq)";
}

std::optional<sequencer_pool> pool_of(int fd, int client) noexcept {
    snd_seq_client_pool asked{};
    asked.client = client;
    if (ioctl(fd, SNDRV_SEQ_IOCTL_GET_CLIENT_POOL, &asked) < 0 || asked.input_pool <= 0) {
        return std::nullopt;
    }
    return sequencer_pool{static_cast<std::size_t>(asked.input_pool),
                          static_cast<std::size_t>(std::max(asked.input_free, 0))};
}

device_watch::device_watch(const char* folder) noexcept
    : fd_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    // IN_ATTRIB: udev sets the permissions after the node was created.
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

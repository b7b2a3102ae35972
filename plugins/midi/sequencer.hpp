// SPDX-License-Identifier: MIT
// What the operating system says of ALSA's sequencer: whether it is there, and when devices come
// and go. The part of the plugin that another platform would do differently.
#pragma once

namespace midi {

/// There is a sequencer, and we may use it.
bool has_sequencer() noexcept;

/// Notices changes in the folder of the sound devices (inotify). Threads: loop.
class device_watch {
public:
    static constexpr const char* devices = "/dev/snd";

    /// Watches nothing, with fd() -1, where there is no such folder.
    explicit device_watch(const char* folder = devices) noexcept;
    device_watch(const device_watch&) = delete;
    device_watch& operator=(const device_watch&) = delete;
    ~device_watch();

    /// Readable after a change.
    int fd() const noexcept { return fd_; }
    /// Forgets the changes so far. Blocks: never.
    void drain() noexcept;

private:
    int fd_;
};

} // namespace midi

// SPDX-License-Identifier: MIT
// The operating system's view of ALSA's sequencer: whether it is available, and when devices come
// and go. This is the platform-specific part of the plugin.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace midi {

/// Why ALSA's sequencer cannot be used, and how to fix that; empty if it can be used.
std::string sequencer_complaint();

/// The pool of a program that reads the sequencer: its cells, and how many are free. A cell holds
/// an event, or 28 bytes of a SysEx.
struct sequencer_pool {
    std::size_t cells = 0;
    std::size_t free = 0;
};

/// Needed because libasound can query only a client's own pool. `fd`: the opened sequencer. Empty
/// if `client` is not a program, or has gone.
std::optional<sequencer_pool> pool_of(int fd, int client) noexcept;

/// Detects changes in the folder of the sound devices (inotify). Threads: loop.
class device_watch {
public:
    static constexpr const char* devices = "/dev/snd";

    /// Watches nothing, with fd() -1, if there is no such folder.
    explicit device_watch(const char* folder = devices) noexcept;
    device_watch(const device_watch&) = delete;
    device_watch& operator=(const device_watch&) = delete;
    ~device_watch();

    /// Readable after a change.
    int fd() const noexcept { return fd_; }
    /// Discards the changes so far. Blocks: never.
    void drain() noexcept;

private:
    int fd_;
};

} // namespace midi

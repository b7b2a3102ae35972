// SPDX-License-Identifier: MIT
// What the operating system says of ALSA's sequencer: whether it is there, and when devices come
// and go. The part of the plugin that another platform would do differently.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace midi {

/// Why ALSA's sequencer cannot be used, and what to do; empty: it can.
std::string sequencer_complaint();

/// Of a program that reads the sequencer: the cells of its pool, and how many are free. A cell
/// holds an event, or 28 bytes of a SysEx.
struct sequencer_pool {
    std::size_t cells = 0;
    std::size_t free = 0;
};

/// libasound asks for a client's own pool only. `fd`: of the sequencer, opened. Empty: `client` is
/// no program, or has gone.
std::optional<sequencer_pool> pool_of(int fd, int client) noexcept;

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

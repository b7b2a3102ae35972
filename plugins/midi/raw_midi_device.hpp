// SPDX-License-Identifier: MIT
// A raw MIDI device that is opened for output, by nobody else meanwhile: bytes go to its driver's
// buffer as they are.
//
// Linux gives what is written to the driver before it has copied it (snd_rawmidi_kernel_write1, in
// Linux 6.1 and since): a driver that is sending meanwhile sends what was in the buffer before. Of
// 18,000 messages to a USB device one was spoilt. So bytes are written only to a driver that holds
// nothing, and sends nothing; what comes meanwhile waits here, and a thread writes all of it when
// the driver is empty. The sequencer's own writes are not concerned.
// Threads: one at a time, besides its own. No call blocks for long, whatever the device does.
#pragma once

#include "alsa_port.hpp"

#include <alsa/asoundlib.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace midi {

class raw_midi_device {
public:
    using bytes_view = std::span<const std::uint8_t>;

    raw_midi_device() = default;
    raw_midi_device(const raw_midi_device&) = delete;
    raw_midi_device& operator=(const raw_midi_device&) = delete;
    ~raw_midi_device() { close(); }

    /// 0, or the system's error, negative; -EBUSY: somebody else has it. Blocks: up to 0.1 s.
    /// Bounds: a port of hardware; not open.
    int open(const alsa_port& port);
    bool is_open() const noexcept { return handle_ != nullptr; }
    /// Unplugged. It stays so, though another one of its name and number be there.
    bool is_gone() const noexcept { return !free_now(); }

    /// 0; -EAGAIN: there is no room for all of it now, or more than `queued_max` bytes wait before
    /// it, and nothing was taken; or another error of the system, negative.
    int write(bytes_view bytes, std::size_t queued_max) noexcept;
    /// Whether so many bytes find room.
    bool has_room(std::size_t bytes) noexcept;
    /// Nothing is left that could still go out.
    bool is_drained() noexcept;
    /// What has not gone out is thrown away. Blocks: 50 ms, for the driver.
    void close() noexcept;

private:
    int prepare();
    std::optional<std::size_t> free_now() const noexcept;
    std::optional<std::size_t> queued() const noexcept;
    void wake() const noexcept;
    void write_until_closed() noexcept;
    bool write_what_waits() noexcept;

    snd_rawmidi_t* handle_ = nullptr;
    std::size_t size_ = 0; // of the driver's buffer
    int fd_ = -1;
    int wake_fd_ = -1;                  // an eventfd: something waits, or the thread must end
    std::mutex mutex_;                  // guards those below, and writing
    std::vector<std::uint8_t> waiting_; // never more than size_, which it has reserved
    int error_ = 0;                     // of the thread's last write; not told yet
    bool must_end_ = false;
    std::thread writer_;
};

} // namespace midi

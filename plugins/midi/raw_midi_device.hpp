// SPDX-License-Identifier: MIT
// A raw MIDI device opened for output, exclusively: bytes go to its driver's buffer unchanged.
//
// Linux makes written bytes available to the driver before it has copied them
// (snd_rawmidi_kernel_write1, in Linux 6.1 and later): a driver that is sending at that moment
// sends the buffer's old contents. Of 18,000 messages to a USB device one was corrupted. Bytes are
// therefore written only while the driver holds nothing and sends nothing; bytes that come
// meanwhile wait here, and a thread writes all of them when the driver is empty. The sequencer's
// own writes are not affected.
//
// An empty buffer is not enough: after more than one message the driver may still be sending, and
// look for more at any moment. If bytes are written just then, it can also miss that they came, and
// leave them until the next write (sound/usb/midi.c: the driver marks a port as idle without a lock
// that a writer takes). Therefore the thread first waits until the driver has finished.
// Threads: one at a time, plus its own. No call blocks for long, even if the device hangs.
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

    /// Returns 0 or the system's error, negative; -EBUSY: another program has it open. Blocks: up
    /// to 0.1 s. Bounds: a port of hardware; not open.
    int open(const alsa_port& port);
    bool is_open() const noexcept { return handle_ != nullptr; }
    /// The device was unplugged. Stays true even if a new device has its name and number.
    bool is_gone() const noexcept { return !free_now(); }

    /// Returns 0; -EAGAIN if there is no room for all bytes now, or if more than `queued_max` bytes
    /// wait before them, in which case nothing was taken; or another error of the system, negative.
    int write(bytes_view bytes, std::size_t queued_max) noexcept;
    /// How many bytes fit.
    std::size_t room() noexcept;
    /// Whether no bytes are left to send.
    bool is_drained() noexcept;
    /// Discards the bytes that were not sent. Blocks: 50 ms, for the driver.
    void close() noexcept;

private:
    int prepare();
    std::optional<std::size_t> free_now() const noexcept;
    std::optional<std::size_t> queued() const noexcept;
    void wake() const noexcept;
    void write_until_closed() noexcept;
    bool write_what_waits() noexcept;
    void finish_sending() noexcept;

    snd_rawmidi_t* handle_ = nullptr;
    std::size_t size_ = 0; // of the driver's buffer
    bool is_usb_ = false;
    int fd_ = -1;
    int wake_fd_ = -1;                  // an eventfd: something waits, or the thread must end
    std::mutex mutex_;                  // guards the members below, and writing
    std::vector<std::uint8_t> waiting_; // never more than size_, which is reserved
    int error_ = 0;                     // of the thread's last write, not reported yet
    bool may_be_sending_ = false;       // although the driver's buffer is empty
    bool must_end_ = false;
    std::thread writer_;
};

} // namespace midi

// SPDX-License-Identifier: MIT
#include "raw_midi_device.hpp"

#include "usb_device.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace midi {
namespace {

// How often a driver's last byte is checked; a MIDI cable takes 320 us for it.
constexpr std::chrono::microseconds last_byte_min{100};
constexpr std::chrono::microseconds last_byte_max{4000};
// Within it a driver other than USB's stops sending after it has taken the last byte.
constexpr std::chrono::milliseconds sending_max{1};
// A message of so many bytes is one USB packet: the driver takes it and stops in one step.
constexpr std::size_t one_packet_max = 3;
// The system has finished the disconnection of a device by then.
constexpr std::chrono::milliseconds disconnection_max{100};

} // namespace

// Without SND_RAWMIDI_APPEND: this must fail if another program or the sequencer has it open.
int raw_midi_device::open(const alsa_port& port) {
    const std::string name = raw_midi_name(port);
    if (const int opened = snd_rawmidi_open(nullptr, &handle_, name.c_str(), SND_RAWMIDI_NONBLOCK);
        opened < 0) {
        handle_ = nullptr;
        return opened;
    }
    is_usb_ = !usb_device_of(port.card).id.empty();
    const int prepared = prepare();
    if (prepared < 0) {
        close();
    }
    return prepared;
}

// Linux sends FE at the end unless disabled, which makes a receiver expect more. The device polls
// as writable once as many bytes fit as we request: the whole buffer but one byte, since libasound
// stops a process that requests all.
int raw_midi_device::prepare() {
    snd_rawmidi_params_t* params = nullptr;
    snd_rawmidi_params_alloca(&params);
    snd_rawmidi_params_current(handle_, params);
    size_ = snd_rawmidi_params_get_buffer_size(params);
    snd_rawmidi_params_set_no_active_sensing(handle_, params, 1);
    snd_rawmidi_params_set_avail_min(handle_, params, size_ - 1);
    if (const int set = snd_rawmidi_params(handle_, params); set < 0) {
        return set;
    }
    pollfd writable{};
    snd_rawmidi_poll_descriptors(handle_, &writable, 1);
    fd_ = writable.fd;
    wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd_ < 0) {
        return -errno;
    }
    waiting_.reserve(size_);
    error_ = 0;
    may_be_sending_ = false;
    must_end_ = false;
    try {
        writer_ = std::thread([this] { write_until_closed(); });
    } catch (const std::system_error&) {
        return -ENOMEM;
    }
    return 0;
}

std::optional<std::size_t> raw_midi_device::free_now() const noexcept {
    snd_rawmidi_status_t* status = nullptr;
    snd_rawmidi_status_alloca(&status);
    if (handle_ == nullptr || snd_rawmidi_status(handle_, status) < 0) {
        return std::nullopt;
    }
    return snd_rawmidi_status_get_avail(status);
}

// The bytes here and in the driver. Bounds: the mutex is held.
std::optional<std::size_t> raw_midi_device::queued() const noexcept {
    const std::optional<std::size_t> free = free_now();
    return free ? std::optional(waiting_.size() + size_ - std::min(*free, size_)) : std::nullopt;
}

int raw_midi_device::write(bytes_view bytes, std::size_t queued_max) noexcept {
    const std::lock_guard lock(mutex_);
    if (const int error = std::exchange(error_, 0); error < 0) {
        return error;
    }
    if (waiting_.empty() && !may_be_sending_ && free_now() == size_) {
        may_be_sending_ = bytes.size() > one_packet_max;
        const ssize_t written = snd_rawmidi_write(handle_, bytes.data(), bytes.size());
        if (written >= 0) {
            return static_cast<std::size_t>(written) == bytes.size() ? 0 : -EIO;
        }
        if (written != -EAGAIN) {
            return static_cast<int>(written);
        }
    }
    const std::optional<std::size_t> before = queued();
    if (!before) {
        return -ENODEV;
    }
    if (*before > queued_max || *before + bytes.size() > size_) {
        return -EAGAIN;
    }
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end()); // within the reserved capacity
    wake();
    return 0;
}

std::size_t raw_midi_device::room() noexcept {
    const std::lock_guard lock(mutex_);
    return size_ - std::min(queued().value_or(0), size_);
}

bool raw_midi_device::is_drained() noexcept {
    const std::lock_guard lock(mutex_);
    return queued().value_or(0) == 0;
}

void raw_midi_device::wake() const noexcept {
    eventfd_write(wake_fd_, 1);
}

void raw_midi_device::write_until_closed() noexcept {
    pthread_setname_np(pthread_self(), "midi raw");
    std::chrono::microseconds step = last_byte_min;
    for (bool is_waiting = false;;) {
        pollfd waits[] = {{wake_fd_, POLLIN, 0}, {fd_, POLLOUT, 0}};
        if (poll(waits, is_waiting ? 2 : 1, -1) < 0 && errno != EINTR) {
            return;
        }
        eventfd_t wakes = 0;
        static_cast<void>(eventfd_read(wake_fd_, &wakes));
        if (is_waiting && free_now() == size_ - 1) {
            std::this_thread::sleep_for(step);
            step = std::min(step * 2, last_byte_max);
        } else {
            step = last_byte_min;
        }
        if (is_waiting && free_now().value_or(size_) == size_) {
            finish_sending();
        }
        const std::lock_guard lock(mutex_);
        if (must_end_) {
            return;
        }
        is_waiting = write_what_waits();
    }
}

// Since bytes are waiting, nobody else writes meanwhile. USB's driver knows when it has finished,
// and waits for 50 ms at most; for other drivers the system would always wait that long.
void raw_midi_device::finish_sending() noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (!std::exchange(may_be_sending_, false)) {
            return;
        }
    }
    if (is_usb_) {
        snd_rawmidi_drain(handle_);
    } else {
        std::this_thread::sleep_for(sending_max);
    }
}

// Returns true while bytes are waiting. Bounds: the mutex is held.
bool raw_midi_device::write_what_waits() noexcept {
    if (waiting_.empty()) {
        return false;
    }
    if (may_be_sending_ || free_now().value_or(size_) != size_) {
        return true;
    }
    may_be_sending_ = waiting_.size() > one_packet_max;
    const ssize_t written = snd_rawmidi_write(handle_, waiting_.data(), waiting_.size());
    if (written == -EAGAIN || written == -EINTR) {
        return true;
    }
    error_ = written < 0                                           ? static_cast<int>(written)
             : static_cast<std::size_t>(written) < waiting_.size() ? -EIO
                                                                   : 0;
    waiting_.clear();
    return false;
}

// In close(), Linux waits up to 10 s for the bytes in the driver (rawmidi.c); therefore they are
// dropped first. For a device that has gone they cannot be dropped: a thread of its own waits for
// them, and ends at the latest with the process. It begins a moment later: while it waits it holds
// the lock that the system needs to finish the disconnection, and the device could not come back
// meanwhile.
void raw_midi_device::close() noexcept {
    if (writer_.joinable()) {
        {
            const std::lock_guard lock(mutex_);
            must_end_ = true;
        }
        wake();
        writer_.join();
    }
    if (wake_fd_ >= 0) {
        ::close(std::exchange(wake_fd_, -1));
    }
    waiting_.clear();
    const std::optional<std::size_t> free = free_now();
    snd_rawmidi_t* const closed = std::exchange(handle_, nullptr);
    if (closed == nullptr) {
        return;
    }
    if (free && (*free == size_ || snd_rawmidi_drop(closed) >= 0)) {
        snd_rawmidi_close(closed);
        return;
    }
    try {
        std::thread([closed] {
            std::this_thread::sleep_for(disconnection_max);
            snd_rawmidi_close(closed);
        }).detach();
    } catch (const std::system_error&) {
        snd_rawmidi_close(closed);
    }
}

} // namespace midi

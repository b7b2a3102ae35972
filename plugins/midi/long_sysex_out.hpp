// SPDX-License-Identifier: MIT
// A SysEx that an output sends part by part as it comes in, and the messages that come meanwhile.
// These must not go between the parts. Therefore they are kept, up to a bound, until the SysEx has
// ended or is given up. This class sends nothing itself. Threads: one at a time. No allocation
// after construction.
//
//   none -> open (first part) -> none (last part, or given up: then an F7 is owed)
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace midi {

class long_sysex_out {
public:
    using bytes_view = std::span<const std::uint8_t>;

    static constexpr std::size_t kept_max = 1024; // messages
    static constexpr std::size_t kept_bytes_max = 65536;
    /// If no part came for this long, the SysEx is given up.
    static constexpr std::int64_t idle_ns =
        std::chrono::nanoseconds(std::chrono::seconds(1)).count();
    static constexpr std::uint8_t end[] = {0xF7};

    struct message {
        bytes_view bytes;
        std::int64_t moment_ns = 0;
    };

    long_sysex_out() {
        bytes_.reserve(kept_bytes_max);
        kept_.reserve(kept_max);
    }

    bool is_open() const noexcept { return is_open_; }
    /// There is nothing left to do.
    bool is_idle() const noexcept { return !is_open_ && !owes_end_ && kept_.empty(); }

    void begin(std::int64_t now_ns) noexcept {
        is_open_ = true;
        last_ns_ = now_ns;
    }
    /// A part came, or has left.
    void moved(std::int64_t now_ns) noexcept { last_ns_ = now_ns; }
    std::int64_t gives_up_ns() const noexcept { return last_ns_ + idle_ns; }
    /// The last part has been taken.
    void finish() noexcept { is_open_ = false; }
    /// No more parts will come; the end (F7) is owed.
    void cut() noexcept {
        is_open_ = false;
        owes_end_ = true;
    }

    /// Returns false if there is no room for the message.
    [[nodiscard]] bool keep(const message& one) noexcept {
        if (kept_.size() == kept_max || bytes_.size() + one.bytes.size() > kept_bytes_max) {
            return false;
        }
        kept_.push_back({bytes_.size(), one.bytes.size(), one.moment_ns});
        bytes_.insert(bytes_.end(), one.bytes.begin(), one.bytes.end());
        return true;
    }

    /// The message to send next when the SysEx is not open: the owed end, then the kept messages,
    /// in order. Bounds: neither open nor idle. Valid until pop().
    message front() const noexcept {
        if (owes_end_) {
            return {end, 0};
        }
        const entry& next = kept_[first_];
        return {bytes_view(bytes_).subspan(next.at, next.size), next.moment_ns};
    }
    void pop() noexcept {
        if (owes_end_) {
            owes_end_ = false;
        } else if (++first_ == kept_.size()) {
            kept_.clear();
            bytes_.clear();
            first_ = 0;
        }
    }

private:
    struct entry {
        std::size_t at;
        std::size_t size;
        std::int64_t moment_ns;
    };

    bool is_open_ = false;
    bool owes_end_ = false;
    std::int64_t last_ns_ = 0;
    std::vector<entry> kept_;
    std::vector<std::uint8_t> bytes_;
    std::size_t first_ = 0; // the first of kept_ that has not gone
};

} // namespace midi

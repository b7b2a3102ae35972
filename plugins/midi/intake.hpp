// SPDX-License-Identifier: MIT
// From what a MIDI system's thread was given to events: a parser for each port, the filter, the
// stamp, and the way into the kernel. What the wire lost is counted. Threads: as each says.
#pragma once

#include <tactus/cpp/context.hpp>
#include <tactus/cpp/midi_stream.hpp>

#include <bitset>
#include <cstdint>
#include <mutex>
#include <span>

namespace midi {

/// A port that is listened to. Its bytes are its thread's alone.
struct source {
    explicit source(std::uint32_t number) : port(number) {}

    const std::uint32_t port; // as ports.add numbered it
    tactus::midi_stream stream;
    tactus::midi_stream_losses counted; // of the stream's losses
};

enum class ignored : std::uint8_t { clock, active_sensing, sysex, time_code };
inline constexpr const char* ignored_words[] = {"clock", "active-sensing", "sysex", "time-code",
                                                nullptr};

class intake {
public:
    intake(tactus::context& here, const std::vector<ignored>& unwanted);

    /// [loop, before the first co_await]
    void make_metrics();

    /// Bytes as they came, any number of messages or a part of one. `due_ns`: when they are to
    /// leave; 0: at once. Threads: any; a source's bytes one call at a time.
    void take(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns) noexcept;
    /// Events that the system itself had no room for. Threads: any.
    void count_lost(std::uint64_t n) noexcept { here_.reject(n, "rate"); }

    std::int64_t now_ns() const noexcept { return tactus::to_ns(here_.now()); }

private:
    bool is_wanted(std::uint8_t status) const noexcept { return !unwanted_[status]; }
    void count_losses(source& from) noexcept;

    tactus::context& here_;
    std::bitset<256> unwanted_; // by status byte
    tactus::counter skipped_;
    std::mutex mutex_; // emit takes one thread at a time, and each ALSA port has its own
};

} // namespace midi

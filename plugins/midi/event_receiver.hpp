// SPDX-License-Identifier: MIT
// From what a MIDI system's thread was given to events: a parser for each port, the filter, the
// stamp, and the way into the kernel. What the wire lost is counted. Threads: as each says.
#pragma once

#include "output_backend.hpp"
#include "sensing_watch.hpp"
#include "sounding_notes.hpp"

#include <tactus/cpp/context.hpp>
#include <tactus/cpp/midi_stream.hpp>

#include <bitset>
#include <cstdint>
#include <mutex>
#include <span>

namespace midi {

/// A port that is listened to. Its bytes are its thread's alone, but for what end_silent() does.
struct source {
    explicit source(std::uint32_t number) : port(number) {}

    const std::uint32_t port; // as ports.add numbered it
    tactus::midi_stream stream{TACTUS_SYSEX_SIZE_MAX, tactus::long_sysex::in_parts};
    tactus::midi_stream_losses counted; // of the stream's losses
    sounding_notes sounding;
    sensing_watch sensing; // used where active sensing is watched
};

enum class ignored : std::uint8_t { clock, active_sensing, sysex, time_code };
inline constexpr const char* ignored_words[] = {"clock", "active-sensing", "sysex", "time-code",
                                                nullptr};

class event_receiver {
public:
    /// `sensing`: called, outside of JACK's periods, where active sensing of a source has begun, so
    /// that end_silent() is called; one that calls nothing: active sensing is not watched.
    event_receiver(tactus::context& here, const std::vector<ignored>& unwanted, waker sensing);

    /// [loop, before the first co_await]
    void make_metrics();

    /// Bytes as they came, any number of messages or a part of one. `due_ns`: when they are to
    /// leave; 0: at once. Threads: any; a source's bytes one call at a time.
    void take(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns) noexcept;

    /// The system has lost what came from it, nobody knows how much: a SysEx that was under way is
    /// cut off, and what sounds is ended, since its ends may be among it. Threads: as take().
    void tell_overrun(source& from) noexcept;
    /// As that, and it is not counted: what came before the gap had not all come when it was told.
    void mend_gap(source& from) noexcept;
    /// A part of a SysEx of which another part may be missing: it goes no further, and its first
    /// part counts it. Threads: any.
    void refuse_sysex(std::span<const std::uint8_t> part) noexcept {
        reject({.cut = part[0] == 0xF0 && is_wanted(0xF0) ? 1U : 0U});
    }
    /// Nothing more comes of what is under way: a SysEx is cut off. Threads: as take().
    void cut_off(source& from) noexcept;
    /// Ends the notes and pedals of a source that has gone, and a SysEx that was under way.
    /// Threads: any; nothing comes from it.
    void end_what_sounds(source& from) noexcept;

    /// Where active sensing says that the source has gone: a SysEx that was under way is cut off,
    /// what sounds is ended, and true. Sensing begins anew with the next FE. Threads: any; the
    /// source must live, its bytes may come meanwhile.
    bool end_silent(source& from) noexcept;

    /// Before anything comes: what the kernel sets up for a thread of ours (its ring) is set up
    /// now, and not within a period of JACK's. Threads: work.
    void prepare() noexcept;

    // A period of JACK's, all on its thread: gather what has come, count what is missing, and hand
    // over when the period is done. Only that wakes the loop, which may run with real-time rights
    // and takes the processor away then; within the period JACK would go on without us (2583 of
    // 3200 events came through where each was handed over by itself).
    void gather(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns) noexcept;
    /// Events that JACK itself had no room for.
    void count_lost(std::uint64_t n) noexcept { now_.lost += n; }
    /// Periods in which JACK did not run us.
    void count_missed(std::uint32_t periods) noexcept { missed_.add(periods); }
    void hand_over() noexcept;

    std::int64_t now_ns() const noexcept { return tactus::to_ns(here_.now()); }

private:
    struct parsed {
        bool has_event = false;
        bool has_begun = false; // active sensing
    };

    bool is_wanted(std::uint8_t status) const noexcept { return !unwanted_[status]; }
    bool watches_sensing() const noexcept { return sensing_.call != nullptr; }
    // What was found missing, by the reason that it is counted under.
    struct losses {
        std::uint64_t cut = 0;
        std::uint64_t lost = 0;
    };
    std::unique_lock<std::mutex> hold(source& from) noexcept;
    /// What there was among them; the losses are added to `to`.
    parsed parse(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns,
                 std::uint32_t flags, losses& to) noexcept;
    void emit_one(source& from, std::span<const std::uint8_t> message, std::int64_t due_ns,
                  std::uint32_t flags) noexcept;
    void count_losses(source& from, losses& to) noexcept;
    void reject(const losses& counted) noexcept;

    tactus::context& here_;
    std::bitset<256> unwanted_; // by status byte
    tactus::counter skipped_;
    tactus::counter missed_;
    tactus::counter silent_;
    const waker sensing_;
    losses now_;              // JACK's thread's: of this period
    bool has_events_ = false; // JACK's thread's: gathered in this period
    bool has_begun_ = false;  // JACK's thread's: active sensing of a source, in this period
    std::mutex mutex_;        // emit takes one thread at a time, and each ALSA port has its own
};

} // namespace midi

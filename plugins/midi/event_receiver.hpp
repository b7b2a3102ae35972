// SPDX-License-Identifier: MIT
// Turns bytes from a MIDI system's thread into events: a parser for each port, the filter, the
// stamp, and the hand-over to the kernel. Losses on the wire are counted. Threads: as each function
// says.
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

/// A port that we listen to. Only its own thread uses its bytes, except for end_silent().
struct source {
    explicit source(std::uint32_t number) : port(number) {}

    const std::uint32_t port; // as ports.add numbered it
    tactus::midi_stream stream{TACTUS_SYSEX_SIZE_MAX, tactus::long_sysex::in_parts};
    tactus::midi_stream_losses counted; // of the stream's losses
    sounding_notes sounding;
    sensing_watch sensing; // used if active sensing is watched
};

enum class ignored : std::uint8_t { clock, active_sensing, sysex, time_code };
inline constexpr const char* ignored_words[] = {"clock", "active-sensing", "sysex", "time-code",
                                                nullptr};

class event_receiver {
public:
    /// `sensing`: called, outside of JACK's periods, when active sensing of a source has begun:
    /// end_silent() must be called from then on. If it has no function, active sensing is not
    /// watched.
    event_receiver(tactus::context& here, const std::vector<ignored>& unwanted, waker sensing);

    /// [loop, before the first co_await]
    void make_metrics();

    /// Received bytes, any number of messages or a part of one. `due_ns`: when they are due; 0: at
    /// once. Threads: any; for one source, one call at a time.
    void take(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns) noexcept;

    /// The system has lost an unknown amount of this source's input. A SysEx in progress is cut
    /// off, and the sounding notes are ended, since their ends may be lost. Threads: as take().
    void tell_overrun(source& from) noexcept;
    /// Like tell_overrun(), but not counted: some bytes from before the gap had not come yet when
    /// it was reported.
    void mend_gap(source& from) noexcept;
    /// Drops a part of a SysEx of which another part may be missing; the SysEx is counted at its
    /// first part. Threads: any.
    void refuse_sysex(std::span<const std::uint8_t> part) noexcept {
        reject({.cut = part[0] == 0xF0 && is_wanted(0xF0) ? 1U : 0U});
    }
    /// No more bytes of the message in progress will come: a SysEx is cut off. Threads: as take().
    void cut_off(source& from) noexcept;
    /// Ends the notes, pedals and a SysEx in progress of a source that has gone, except what
    /// another source holds too. Threads: any; nothing comes from it.
    void end_what_sounds(source& from) noexcept;

    /// If active sensing shows that the source has gone, cuts off a SysEx in progress, ends the
    /// sounding notes, and returns true. Sensing begins anew with the next FE. Threads: any; the
    /// source must live, its bytes may come meanwhile.
    bool end_silent(source& from) noexcept;

    /// Call it before any input: the kernel's data for this thread (its ring) is set up now, not
    /// within a JACK period. Threads: work.
    void prepare() noexcept;

    // A JACK period, all on JACK's thread: gather what has come, count losses, and hand over at the
    // end of the period. Only the hand-over wakes the loop. The loop may run with real-time
    // priority and then preempts this thread; within the period JACK would go on without us (2583
    // of 3200 events came through when each was handed over separately).
    void gather(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns) noexcept;
    /// Events for which JACK itself had no room.
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
    // The losses, by the reason under which they are counted.
    struct losses {
        std::uint64_t cut = 0;
        std::uint64_t lost = 0;
    };
    std::unique_lock<std::mutex> hold(source& from) noexcept;
    /// Returns whether there was an event, and whether sensing began; adds the losses to `to`.
    parsed parse(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns,
                 std::uint32_t flags, losses& to) noexcept;
    void emit_one(source& from, std::span<const std::uint8_t> message, std::int64_t due_ns,
                  std::uint32_t flags, std::uint16_t event_flags = 0) noexcept;
    void count_losses(source& from, losses& to) noexcept;
    void reject(const losses& counted) noexcept;

    tactus::context& here_;
    std::bitset<256> unwanted_; // by status byte
    tactus::counter skipped_;
    tactus::counter missed_;
    tactus::counter silent_;
    const waker sensing_;
    losses now_;              // JACK's thread's: in this period
    bool has_events_ = false; // JACK's thread's: gathered in this period
    bool has_begun_ = false;  // JACK's thread's: active sensing of a source, in this period
    std::mutex mutex_;        // emit takes one thread at a time, and each ALSA port has its own
};

} // namespace midi

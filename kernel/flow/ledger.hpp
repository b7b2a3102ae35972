// SPDX-License-Identifier: MIT
// The ledger: the counters that account for every event. Exact between any two calls into the flow:
//     input:   received = rejected + unrouted + routed
//     output:  accepted = sent + dropped + pending
// One writer, the loop thread; a scrape reads a copy that the loop thread made.
#pragma once

#include "kernel/base/histogram.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tactus::flow {

// Why an input's message never reached the queue. `overrun`: it was lost before the ingress could
// see it, in a buffer of the system or of the daemon. `muted`: the operator muted the input.
enum class rejected : std::uint8_t {
    malformed,
    too_large,
    too_deep,
    address,
    rate,
    too_far_ahead,
    unsupported_type,
    closed,
    untranslatable,
    sysex_denied,
    overrun,
    muted
};
inline constexpr std::array<std::string_view, 12> rejected_names = {
    "malformed",        "too_large", "too_deep",       "address",      "rate",    "too_far_ahead",
    "unsupported_type", "closed",    "untranslatable", "sysex_denied", "overrun", "muted"};

// Why an accepted message became no delivery. If outputs and routes give several reasons, the last
// in this list is counted: it shows best what to change.
enum class unrouted : std::uint8_t {
    no_route,         // no route takes its address
    filtered,         // routes take its address, but no `match` takes it: as configured
    unknown_port,     // it asks for a port or output that no output of its routes has
    peer_not_allowed, // it asks for a peer that no output of its routes may send to
    ambiguous_port    // several outputs of its routes, or ports of one, have the name it asks for
};
inline constexpr std::array<std::string_view, 5> unrouted_names = {
    "no_route", "filtered", "unknown_port", "peer_not_allowed", "ambiguous_port"};

// Why a delivery was dropped. `cancelled` and `stop` are intended; so are `throttled` and
// `unchanged`, which the route requests, and `outdated`: a note-off that the kernel made, and whose
// note has ended or begun anew before. `circle`: its route is muted, because an event circulated
// through it (circle_guard). `too_large`: a SysEx of more than 64 KiB for an output that does not
// take parts, or has another SysEx under way. `muted`: the operator muted the output, the route, or
// the input that it came from. `output_removed`: a reload has removed the output.
enum class dropped : std::uint8_t {
    queue_full,
    too_late,
    output_down,
    output_stalled,
    output_error,
    cancelled,
    stop,
    no_memory,
    unsupported_type,
    untranslatable,
    outdated,
    throttled,
    unchanged,
    sysex_denied,
    circle,
    too_large,
    muted,
    output_removed
};
inline constexpr std::array<std::string_view, 18> dropped_names = {
    "queue_full", "too_late",  "output_down",   "output_stalled",   "output_error",
    "cancelled",  "stop",      "no_memory",     "unsupported_type", "untranslatable",
    "outdated",   "throttled", "unchanged",     "sysex_denied",     "circle",
    "too_large",  "muted",     "output_removed"};

// Unintended losses: a device that is away, a failed send, a full queue.
inline constexpr std::array lost_for = {dropped::queue_full,   dropped::too_late,
                                        dropped::output_down,  dropped::output_stalled,
                                        dropped::output_error, dropped::no_memory};

// The result of a message at a route whose address takes it: at the output of that route that fared
// best, in this order. `limited`: it is beyond a limit of its input, and ends nothing. The other
// words mean what they mean above.
enum class route_result : std::uint8_t {
    delivered,
    throttled,
    unchanged,
    queue_full,
    no_memory,
    output_down,
    circle,
    muted,
    sysex_denied,
    too_large,
    unsupported_type,
    untranslatable,
    limited,
    ambiguous_port,
    peer_not_allowed,
    unknown_port,
    filtered
};
inline constexpr std::array<std::string_view, 17> route_result_names = {
    "delivered",        "throttled",      "unchanged", "queue_full",     "no_memory",
    "output_down",      "circle",         "muted",     "sysex_denied",   "too_large",
    "unsupported_type", "untranslatable", "limited",   "ambiguous_port", "peer_not_allowed",
    "unknown_port",     "filtered"};

// The maker of a delivery. `send`: an operator sent it to the output, past the routes.
enum class origin : std::uint8_t { route, silence, panic, restore, send };
inline constexpr std::array<std::string_view, 5> origin_names = {"route", "silence", "panic",
                                                                 "restore", "send"};

// Why sounding notes were switched off. `crash`: the daemon before did not end properly.
enum class silence_cause : std::uint8_t {
    stop,
    disconnect,
    operator_,
    reload,
    crash,
    source_gone,
    max_note
};
inline constexpr std::array<std::string_view, 7> silence_cause_names = {
    "stop", "disconnect", "operator", "reload", "crash", "source_gone", "max_note"};

// Counts by a closed set of reasons.
template <class Reason, std::size_t N>
class counts_by {
public:
    void add(Reason reason, std::uint64_t n = 1) noexcept {
        counts_[static_cast<std::size_t>(reason)] += n;
        total_ += n;
    }
    [[nodiscard]] std::uint64_t of(Reason reason) const noexcept {
        return counts_[static_cast<std::size_t>(reason)];
    }
    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

private:
    std::array<std::uint64_t, N> counts_{};
    std::uint64_t total_ = 0;
};

using route_counts = counts_by<route_result, route_result_names.size()>;

// How long before its due time an event arrives: the bounds of buckets, ns.
inline constexpr std::array<std::int64_t, 11> lead_bounds_ns = {
    1'000'000,   5'000'000,   10'000'000,    20'000'000,    50'000'000,    100'000'000,
    200'000'000, 500'000'000, 1'000'000'000, 5'000'000'000, 60'000'000'000};

struct input_ledger {
    std::uint64_t received = 0;
    std::uint64_t routed = 0;
    std::uint64_t late_on_arrival = 0;
    counts_by<rejected, rejected_names.size()> rejected_by;
    counts_by<unrouted, unrouted_names.size()> unrouted_by;

    // Received but in no other column: 0, or a bug.
    [[nodiscard]] std::int64_t unaccounted() const noexcept {
        return static_cast<std::int64_t>(received - rejected_by.total() - unrouted_by.total() -
                                         routed);
    }
};

struct output_ledger {
    std::uint64_t sent = 0;
    std::uint64_t missed = 0; // of those: later than the miss limit
    counts_by<origin, origin_names.size()> accepted_by;
    counts_by<dropped, dropped_names.size()> dropped_by;
    counts_by<silence_cause, silence_cause_names.size()> silenced_by;

    // Dropped for a reason in lost_for.
    [[nodiscard]] std::uint64_t lost() const noexcept {
        std::uint64_t sum = 0;
        for (const dropped reason : lost_for) {
            sum += dropped_by.of(reason);
        }
        return sum;
    }
    [[nodiscard]] std::int64_t unaccounted(std::uint64_t pending) const noexcept {
        return static_cast<std::int64_t>(accepted_by.total() - sent - dropped_by.total() - pending);
    }
};

// A copy of everything the flow counts, made at one moment on the loop thread.
struct input_snapshot {
    input_ledger ledger;
    base::histogram::snapshot lead;
    std::optional<std::int64_t> clock_offset_ns; // if the sender's clock is followed, and known
    std::uint64_t pending = 0;                   // its waiting deliveries, in all outputs
};
struct output_snapshot {
    output_ledger ledger;
    std::uint64_t pending = 0;
    std::uint64_t capacity = 0;
    std::uint64_t high_watermark = 0;
    std::int64_t horizon_ns = 0; // furthest pending due time minus now; 0 if nothing is pending
    std::optional<std::int64_t> next_due_ns; // the next one minus now; nothing if none is pending
    std::uint32_t notes_sounding = 0;
    bool is_up = false;
    base::histogram::snapshot lateness;
    base::histogram::snapshot send_duration;
};

} // namespace tactus::flow

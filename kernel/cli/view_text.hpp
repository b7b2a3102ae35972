// SPDX-License-Identifier: MIT
// The texts of the live view: times, lateness, a line for each event, figures for each output.
// Pure: no clock, no terminal.
#pragma once

#include "kernel/base/histogram.hpp"
#include "kernel/flow/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::cli {

// "18 us", "1.9 ms", "250 ms", "2.5 s"; always rounded up.
[[nodiscard]] std::string duration_text(std::int64_t duration_ns);

// "18 us late", or "due in 1.9 ms" if it was handed over earlier: to an output's own thread, which
// waits until it is due, or to a receiver that waits, with its time tag.
[[nodiscard]] std::string lateness_text(std::int64_t late_ns);

// "12:00:01.250" in local time.
[[nodiscard]] std::string time_of_day(std::int64_t unix_ns);

// "<= 50 us": the bucket that holds the `share` quantile; "> 100 ms" above the last bound, "-" if
// there are no values. Bounds: 0 < share <= 1.
[[nodiscard]] std::string quantile_text(const base::histogram::snapshot& of,
                                        std::span<const std::int64_t> bounds_ns, double share);

// Column widths, which align the lines.
struct line_widths {
    std::size_t from = 0;
    std::size_t to = 0;
};

struct event_line {
    std::int64_t unix_ns = 0;
    std::string_view from; // empty: the kernel itself
    std::string_view to;
    std::string what;
    std::int64_t late_ns = 0;
    std::string not_sent{}; // "dropped: queue_full"; empty: it was sent
    std::string route{};    // by which it got there; empty: it is not shown
};
// Lateness above this is coloured: a listener begins to notice it.
inline constexpr std::int64_t felt_ns = 5'000'000;
[[nodiscard]] std::string to_text(const event_line& line, const line_widths& widths,
                                  bool has_colour);

// One output's figures since the start.
struct output_figures {
    std::string name;
    flow::output_snapshot now;
    std::uint64_t sent_a_second = 0;
};
// One line each, names aligned:
//   projector  128 sent (8/s)  late p50 <= 50 us, p99 <= 250 us  0 dropped  3 waiting
[[nodiscard]] std::vector<std::string> status_lines(std::span<const output_figures> outputs);
// The same for the end, with the reasons for dropped events.
[[nodiscard]] std::vector<std::string> summary_lines(std::span<const output_figures> outputs);

} // namespace tactus::cli

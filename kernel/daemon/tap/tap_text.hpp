// SPDX-License-Identifier: MIT
// Observed events as text: the lines that `tactus tap` and the live view show, and the
// notifications of the method "tap" (config/control.md). Pure: no clock, no socket.
#pragma once

#include "kernel/config/settings.hpp"
#include "kernel/flow/event_observer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::daemon {

// The names of a configuration, by number; of routes, by id.
struct tap_names {
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::vector<std::string> routes;
};
[[nodiscard]] tap_names names_of(const config::settings& settings);
// Empty if nothing has that number.
[[nodiscard]] inline std::string_view name_at(const std::vector<std::string>& names,
                                              std::size_t number) noexcept {
    return number < names.size() ? std::string_view(names[number]) : std::string_view();
}

// "sent", "received", "dropped", "rejected" or "unrouted".
[[nodiscard]] std::string_view result_name(flow::observed what) noexcept;
// "queue_full"; empty if it was sent or received.
[[nodiscard]] std::string_view reason_name(const flow::observed_event& of) noexcept;
// How late it was sent; negative: it was handed over before it was due.
[[nodiscard]] std::int64_t late_ns(const flow::observed_event& of) noexcept;
// Its contents, as event_text writes them.
[[nodiscard]] std::string event_text(const flow::observed_event& of);
// Whether it was not sent because the configuration or a client wants that.
[[nodiscard]] bool is_intended(const flow::observed_event& of) noexcept;
// "dropped: queue_full"; empty if it was sent.
[[nodiscard]] std::string not_sent_text(const flow::observed_event& of);

// A notification "event", with its line feed. `unix_offset_ns` makes wall time of the host clock.
// `count`: how many such events it stands for; nothing more is known of several.
void append_event(std::string& out, const flow::observed_event& of, std::uint64_t count,
                  const tap_names& names, std::int64_t unix_offset_ns);
// A notification "missed": the reader did not get that many.
void append_missed(std::string& out, std::uint64_t count);

} // namespace tactus::daemon

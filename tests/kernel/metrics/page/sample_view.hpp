// SPDX-License-Identifier: MIT
// A view in which everything is there, for tests of the status page.
#pragma once

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/metrics/page/view.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace tactus::testing {

inline constexpr std::int64_t sample_s = 1'000'000'000;
inline constexpr std::int64_t sample_now_ns = 1'700'000'000 * sample_s;

inline metrics::page::end_line end_named(std::string name, double per_s = 0) {
    metrics::page::end_line line;
    line.name = std::move(name);
    line.is_up = true;
    line.per_s = per_s;
    return line;
}

// Two inputs, two routes, two outputs, of which one is away.
inline metrics::page::view sample_view() {
    metrics::page::view made;
    made.name = "main";
    made.version = "0.1.0";
    made.build = "0.1.0-abc";
    made.state = "running";
    made.now_unix_ns = sample_now_ns;
    made.started_unix_ns = sample_now_ns - 7'500 * sample_s;
    made.config_paths = {"/etc/tactus/tactus.toml"};
    made.config_unix_ns = sample_now_ns - 300 * sample_s;
    made.missing = {{"lamp", "Its port \"lamp\" is offline.", sample_now_ns - 60 * sample_s}};
    made.inputs = {end_named("desk", 12.5), end_named("keys", 3)};
    made.outputs = {end_named("organ", 15.4), end_named("lamp")};
    base::histogram late(base::lateness_bounds_ns);
    for (const std::int64_t each_ns : {20'000, 80'000, 80'000, 2'500'000, 7'000'000}) {
        late.record(each_ns);
    }
    made.outputs[0].late = late.take_snapshot();
    made.outputs[1].is_up = false;
    made.outputs[1].ports = {{"lamp", false, sample_now_ns - 60 * sample_s}};
    made.routes = {{"melody", {0, 1}, {0}, 15.5, false}, {"light", {0}, {1}, 0, true}};
    made.losses = {{metrics::page::loss_kind::dropped, "lamp", "output_down", "Plug in its device.",
                    4, 9, false}};
    made.has_tap = true;
    return made;
}

inline std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

} // namespace tactus::testing

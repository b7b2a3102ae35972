// SPDX-License-Identifier: MIT
// The status page as HTML: the whole page for a request, and its live part, which the page replaces
// in itself with each update. One renderer for both, so a page without JavaScript shows the same.
// All text is escaped; the live part has no line feed. Pure. Threads: any. Errors: std::bad_alloc.
#pragma once

#include "kernel/metrics/page/view.hpp"

#include <string>
#include <string_view>

namespace tactus::metrics::page {

inline constexpr std::size_t ports_shown_max = 12; // of an output, those that are away first
inline constexpr std::size_t losses_shown_max = 40;

// Everything that changes while the daemon runs.
[[nodiscard]] std::string render_live(const view& of);
// "Ready - main", what the tab of the browser says.
[[nodiscard]] std::string title_of(const view& of);
// The page. `nonce`: what its scripts and styles are allowed by, in the same response.
[[nodiscard]] std::string render_page(const view& of, std::string_view nonce);

} // namespace tactus::metrics::page

// SPDX-License-Identifier: MIT
// page.css and page.js as they are, from assets.cpp.in by CMake. They come within the page: it
// fetches nothing.
#pragma once

#include <string_view>

namespace tactus::metrics::page {

extern const std::string_view style_sheet;
extern const std::string_view script;

} // namespace tactus::metrics::page

// SPDX-License-Identifier: MIT
#include "tests/tidy/checks.hpp"

#include <algorithm>

namespace tactus::tidy {

namespace {

constexpr std::string_view license_line = "SPDX-License-Identifier: MIT";

std::size_t columns_of(std::string_view line) {
    const auto begins_letter = [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    };
    return static_cast<std::size_t>(std::ranges::count_if(line, begins_letter));
}

void check_license(const source_file& file, breaches& found) {
    const std::size_t expected = file.kind == file_kind::script ? 1 : 0; // after the #! line
    if (file.lines.size() <= expected ||
        file.lines[expected].find(license_line) == std::string::npos) {
        found.push_back(
            {file.path, expected + 1, "license", "this line says: " + std::string(license_line)});
    }
}

} // namespace

void check_layout(const source_file& file, breaches& found) {
    if (file.kind != file_kind::markdown) {
        check_license(file, found);
    }
    if (!is_code(file)) {
        return;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        if (const std::size_t columns = columns_of(file.lines[i]); columns > columns_max) {
            found.push_back({file.path, i + 1, "columns", std::to_string(columns) + " columns"});
        }
    }
    if (file.lines.size() > file_lines_max) {
        found.push_back({file.path, file.lines.size(), "file-length",
                         std::to_string(file.lines.size()) + " lines"});
    }
    for (const function_extent& each : find_functions(file)) {
        if (each.lines > function_lines_max) {
            found.push_back({file.path, each.first_line, "function-length",
                             "a function of " + std::to_string(each.lines) + " lines"});
        }
    }
    if (file.kind == file_kind::cpp_header &&
        std::ranges::find(file.lines, "#pragma once") == file.lines.end()) {
        found.push_back({file.path, 1, "pragma-once", "a header says #pragma once"});
    }
}

} // namespace tactus::tidy

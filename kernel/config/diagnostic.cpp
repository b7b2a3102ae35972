// SPDX-License-Identifier: MIT
// Long lines are shown as a window around the carets; unprintable characters are shown as '?', one
// for each, which keeps the carets under their text.
#include "kernel/config/diagnostic.hpp"

#include "kernel/config/text.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace tactus::config {
namespace {

constexpr std::size_t line_shown_max = 120;

std::string_view line_of(std::string_view text, std::uint32_t line) {
    for (; line > 1; --line) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

std::vector<std::string> printable_characters(std::string_view line) {
    std::vector<std::string> characters;
    while (!line.empty()) {
        const code_point point = first_code_point(line);
        const bool is_tab = point.value == '\t';
        characters.emplace_back(is_tab                ? " "
                                : is_printable(point) ? line.substr(0, point.size)
                                                      : "?");
        line.remove_prefix(point.size);
    }
    return characters;
}

void append_quote(std::string& out, const diagnostic& one, std::string_view text) {
    const std::vector<std::string> line = printable_characters(line_of(text, one.where.line));
    const std::size_t column = one.where.column > 0 ? one.where.column - 1 : 0;
    std::size_t first = 0;
    if (line.size() > line_shown_max && column > line_shown_max / 2) {
        first = std::min(column, line.size()) - line_shown_max / 2;
    }
    const std::size_t last = std::min(line.size(), first + line_shown_max);

    char number[16];
    std::snprintf(number, sizeof number, "%5u | ", one.where.line);
    out += number;
    out += first > 0 ? "..." : "";
    for (std::size_t i = first; i < last; ++i) {
        out += line[i];
    }
    out += last < line.size() ? "...\n" : "\n";

    const std::size_t room = last > column ? last - column : 1;
    out += "      | ";
    out.append(column - first + (first > 0 ? 3 : 0), ' ');
    out.append(std::clamp<std::size_t>(one.length, 1, room), '^');
    out += one.hint.empty() ? "" : " " + one.hint;
    out += '\n';
}

void append(std::string& out, const diagnostic& one, const source_text& source) {
    out += escaped(source.path, path_shown_max) + ":";
    if (one.where.line > 0) {
        out += std::to_string(one.where.line) + ":" + std::to_string(one.where.column) + ":";
    }
    out += one.level == severity::error ? " error: " : " warning: ";
    out += one.message + "\n";
    if (one.where.line > 0) {
        append_quote(out, one, source.text);
    } else if (!one.hint.empty()) {
        out += "   hint: " + one.hint + "\n";
    }
    out += one.help.empty() ? "" : "   help: " + one.help + "\n";
}

std::size_t errors_in(std::span<const diagnostic> found) {
    return static_cast<std::size_t>(
        std::count_if(found.begin(), found.end(),
                      [](const diagnostic& one) { return one.level == severity::error; }));
}

} // namespace

std::string render(std::span<const diagnostic> found, std::span<const source_text> sources,
                   std::string_view consequence) {
    std::string out;
    for (const diagnostic& one : found.first(std::min(found.size(), diagnostics_shown_max))) {
        append(out, one, sources[one.where.source]);
    }
    if (found.size() > diagnostics_shown_max) {
        out += "... and " + std::to_string(found.size() - diagnostics_shown_max) + " more\n";
    }
    const std::size_t errors = errors_in(found);
    const std::size_t warnings = found.size() - errors;
    if (errors > 0) {
        out += counted(errors, "error") + (warnings > 0 ? ", " + counted(warnings, "warning") : "");
        out += (consequence.empty() ? "" : "; ") + std::string(consequence) + "\n";
    } else if (warnings > 0) {
        out += counted(warnings, "warning") + "\n";
    }
    return out;
}

std::string render_json(std::span<const diagnostic> found, std::span<const source_text> sources) {
    const std::size_t errors = errors_in(found);
    std::string out;
    json_writer json(out);
    json.begin_object().member("file", sources.front().path);
    json.member("errors", errors).member("warnings", found.size() - errors);
    json.begin_list("found");
    for (const diagnostic& one : found) {
        json.begin_object().member("file", sources[one.where.source].path);
        json.member("line", one.where.line).member("column", one.where.column);
        json.member("level", one.level == severity::error ? "error" : "warning");
        json.member("message", one.message).member("hint", one.hint).member("help", one.help);
        json.end_object();
    }
    json.end_list().end_object();
    return out;
}

} // namespace tactus::config

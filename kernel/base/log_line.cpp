// SPDX-License-Identifier: MIT
#include "kernel/base/log_line.hpp"

#include <tactus/cpp/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iterator>

namespace tactus::base {

namespace {

enum class escape { plain, quoted, json };

constexpr std::string_view cut_mark = "...";
constexpr std::array<std::string_view, log_levels> level_names{"debug", "info", "warning", "error"};
constexpr std::array<char, log_levels> journal_priorities{'7', '6', '4', '3'}; // sd-daemon(3)

// Not: controls (including C1, which terminals obey), line separators, and direction marks, which
// can make a line read as another.
bool is_printable(std::uint32_t c) noexcept {
    return c >= 0x20 && (c < 0x7f || c > 0x9f) && (c < 0x200e || c > 0x200f) &&
           (c < 0x2028 || c > 0x202e) && (c < 0x2066 || c > 0x2069) && c != 0xfeff;
}

// Not the SDK's JSON writer: the three formats share this, and the bound counts bytes as written.
void append_escaped(std::string& out, std::string_view text, escape how, std::size_t bytes_max) {
    const std::size_t begin = out.size();
    std::size_t cut_at = begin; // the last position where the "..." still fits
    while (!text.empty()) {
        const code_point next = first_code_point(text);
        if (!next.is_valid || !is_printable(next.value)) {
            for (const char byte : text.substr(0, next.size)) {
                fmt::format_to(std::back_inserter(out), "{}x{:02x}",
                               how == escape::json ? "\\\\" : "\\",
                               static_cast<unsigned char>(byte));
            }
        } else {
            if (how != escape::plain && (next.value == '"' || next.value == '\\')) {
                out += '\\';
            }
            out += text.substr(0, next.size);
        }
        if (out.size() - begin > bytes_max) {
            out.resize(cut_at);
            out += cut_mark;
            return;
        }
        if (out.size() - begin + cut_mark.size() <= bytes_max) {
            cut_at = out.size();
        }
        text.remove_prefix(next.size);
    }
}

void append_time(std::string& out, std::int64_t wall_ns) {
    using namespace std::chrono;
    const sys_time<milliseconds> time{floor<milliseconds>(nanoseconds{wall_ns})};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), clock.hours().count(),
                   clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

void append_text(std::string& out, log_format format, const log_entry& entry) {
    const auto level = static_cast<std::size_t>(entry.level);
    const escape how = format == log_format::json ? escape::json : escape::plain;
    switch (format) {
    case log_format::text:
        append_time(out, entry.wall_ns);
        fmt::format_to(std::back_inserter(out), " {:<7} ", level_names[level]);
        break;
    case log_format::journal:
        fmt::format_to(std::back_inserter(out), "<{}>", journal_priorities[level]);
        break;
    case log_format::json:
        out += R"({"time":")";
        append_time(out, entry.wall_ns);
        fmt::format_to(std::back_inserter(out), R"(","level":"{}","event_id":"{}","text":")",
                       level_names[level], id_of(entry.event));
        break;
    }
    append_escaped(out, entry.text, how, log_text_bytes_max);
    if (format == log_format::json) {
        out += '"';
    }
}

bool needs_quotes(std::string_view value) noexcept {
    return value.empty() || value.find_first_of(" =\"\\") != std::string_view::npos ||
           std::ranges::any_of(value, [](char c) { return c < 0x20 || c > 0x7e; });
}

void append_field(std::string& out, log_format format, const log_field& field) {
    if (format == log_format::json) {
        fmt::format_to(std::back_inserter(out), R"(,"{}":{})", field.key,
                       field.is_bare ? "" : "\"");
        append_escaped(out, field.value, escape::json, log_value_bytes_max);
        out += field.is_bare ? "" : "\"";
        return;
    }
    fmt::format_to(std::back_inserter(out), " {}=", field.key);
    if (!needs_quotes(field.value)) {
        append_escaped(out, field.value, escape::plain, log_value_bytes_max);
        return;
    }
    out += '"';
    append_escaped(out, field.value, escape::quoted, log_value_bytes_max);
    out += '"';
}

} // namespace

log_field kv(std::string_view key, std::int64_t value) {
    return {key, std::to_string(value), true};
}

log_field kv(std::string_view key, std::uint64_t value) {
    return {key, std::to_string(value), true};
}

log_field kv_seconds(std::string_view key, std::int64_t ns) {
    constexpr std::int64_t us_per_s = 1'000'000;
    const std::int64_t us = ns / 1000;
    return {key,
            fmt::format("{}{}.{:06}", us < 0 ? "-" : "", std::abs(us / us_per_s),
                        std::abs(us % us_per_s)),
            true};
}

std::string to_line(log_format format, const log_entry& entry) {
    constexpr std::size_t tail_bytes_max = 40; // ,"fields_left_out":"18446744073709551615"}
    std::string line;
    append_text(line, format, entry);
    std::uint64_t left_out = 0;
    for (const log_field& field : entry.fields) {
        const std::size_t before = line.size();
        append_field(line, format, field);
        if (line.size() + tail_bytes_max > log_line_bytes_max) {
            line.resize(before);
            ++left_out;
        }
    }
    if (left_out != 0) {
        append_field(line, format, kv("fields_left_out", left_out));
    }
    line += format == log_format::json ? "}\n" : "\n";
    return line;
}

std::string to_journal_fields(const log_entry& entry) {
    std::string all =
        fmt::format("PRIORITY={}\nSYSLOG_IDENTIFIER=tactus\nTACTUS_EVENT_ID={}\n",
                    journal_priorities[static_cast<std::size_t>(entry.level)], id_of(entry.event));
    for (const log_field& field : entry.fields) {
        const std::size_t before = all.size();
        all += "TACTUS_";
        for (const char c : field.key) {
            all += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        all += '=';
        append_escaped(all, field.value, escape::plain, log_value_bytes_max); // has no line end
        all += '\n';
        if (all.size() > journal_fields_bytes_max) {
            all.resize(before);
            break;
        }
    }
    return all;
}

} // namespace tactus::base

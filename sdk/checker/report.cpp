// SPDX-License-Identifier: MIT
// The results for people, for programs and for CI servers.
#include "checker.hpp"

#include <tactus/cpp/json_writer.hpp>
#include <tactus/cpp/utf8.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace tactus::checker {
namespace {

const char* word_of(verdict outcome) {
    switch (outcome) {
    case verdict::passed:
        return "passed";
    case verdict::failed:
        return "FAILED";
    default:
        return "skipped";
    }
}

// A plugin's text may be any bytes: only characters that every reader takes are left.
std::string printable(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const tactus::code_point next = tactus::first_code_point(text);
        const bool is_good = next.is_valid && next.value >= 0x20 && next.value != 0x7f &&
                             next.value != 0xfffe && next.value != 0xffff;
        clean += is_good ? text.substr(0, next.size) : std::string_view("?");
        text.remove_prefix(next.size);
    }
    return clean;
}

std::string xml(std::string_view text) {
    std::string escaped;
    for (const char c : printable(text)) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default:
            escaped += c;
        }
    }
    return escaped;
}

std::string seconds_text(double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", seconds);
    return text;
}

std::size_t count(std::span<const check_result> results, verdict outcome) {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(),
                      [&](const check_result& each) { return each.outcome == outcome; }));
}

std::string xml_case(const std::string& suite, const check_result& each) {
    const std::string open = "    <testcase classname=\"" + xml(suite) + "\" name=\"" +
                             xml(each.test) + "\" time=\"" + seconds_text(each.seconds) + "\"";
    if (each.outcome == verdict::passed) {
        return open + "/>\n";
    }
    const char* const tag = each.outcome == verdict::failed ? "failure" : "skipped";
    return open + "><" + tag + " message=\"" + xml(each.why) + "\"/></testcase>\n";
}

} // namespace

std::string to_line(const check_result& result) {
    char head[160];
    std::snprintf(head, sizeof head, "%-7s  %-24s  %-20s", word_of(result.outcome),
                  printable(result.plugin.empty() ? "(file)" : result.plugin).c_str(),
                  result.test.c_str());
    std::string line = head + (result.why.empty() ? "" : "  " + printable(result.why));
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string to_json(const std::string& file, std::span<const check_result> results) {
    std::string text;
    tactus::json_writer json(text);
    json.begin_object()
        .member("file", file)
        .member("passed", count(results, verdict::passed))
        .member("failed", count(results, verdict::failed))
        .member("skipped", count(results, verdict::skipped))
        .begin_list("tests");
    for (const check_result& each : results) {
        const bool has_failed = each.outcome == verdict::failed;
        json.begin_object()
            .member("plugin", each.plugin)
            .member("test", each.test)
            .member("outcome", has_failed ? "failed" : word_of(each.outcome))
            .member("why", each.why)
            .member("seconds", each.seconds, 3)
            .end_object();
    }
    json.end_list().end_object();
    return text;
}

std::string to_junit(const std::string& file, std::span<const check_result> results) {
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" + xml(file) + "\">\n";
    for (std::size_t begin = 0; begin < results.size();) {
        std::size_t end = begin;
        while (end < results.size() && results[end].plugin == results[begin].plugin) {
            ++end;
        }
        const auto suite = results.subspan(begin, end - begin);
        const std::string name = suite.front().plugin.empty() ? "file" : suite.front().plugin;
        text += "  <testsuite name=\"" + xml(name) + "\" tests=\"" + std::to_string(suite.size()) +
                "\" failures=\"" + std::to_string(count(suite, verdict::failed)) + "\" skipped=\"" +
                std::to_string(count(suite, verdict::skipped)) + "\">\n";
        for (const check_result& each : suite) {
            text += xml_case(name, each);
        }
        text += "  </testsuite>\n";
        begin = end;
    }
    return text + "</testsuites>\n";
}

} // namespace tactus::checker

// SPDX-License-Identifier: MIT
// What the tests of packaging/monitoring share: its files, Prometheus's own programs, and the names
// in what they read. TACTUS_PROMTOOL says where promtool is; prometheus is beside it, or both are
// in the PATH.
#pragma once

#include "tests/support/daemon_process.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace tactus::test {

inline std::string contents_of(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("no file " + path);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string monitoring_file(const std::string& name) {
    return std::string(TACTUS_SOURCES) + "/packaging/monitoring/" + name;
}

// "promtool" or "prometheus".
inline std::string prometheus_tool(const std::string& name) {
    const char* const promtool = std::getenv("TACTUS_PROMTOOL");
    if (promtool == nullptr) {
        return name;
    }
    const std::string path = promtool;
    return path.substr(0, path.rfind('/') + 1) + name;
}

inline std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
        text.replace(at, what.size(), by);
    }
    return text;
}

// All that a pattern finds: its first group.
inline std::vector<std::string> all_of(const std::string& text, const std::string& pattern) {
    const std::regex wanted(pattern);
    std::vector<std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at) {
        found.push_back((*at)[1].str());
    }
    return found;
}

// The metrics that an expression names, without the ends of a histogram's series.
inline std::set<std::string> metrics_in(const std::string& expression) {
    std::set<std::string> found;
    for (const std::string& each : all_of(expression, R"(\b((?:tactus|process)_[a-z_]+))")) {
        found.insert(std::regex_replace(each, std::regex("_(bucket|sum|count)$"), ""));
    }
    return found;
}

} // namespace tactus::test

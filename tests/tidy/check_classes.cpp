// SPDX-License-Identifier: MIT
#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <sstream>

namespace tactus::tidy {

namespace {

constexpr std::string_view rule_name = "class-size";

// What an exception allows, where its rule is this one.
class_size allowed_by(const exception& each) {
    std::istringstream words(each.rule);
    std::string rule;
    class_size allowed{{}, 0, 0, 0};
    words >> rule >> allowed.name >> allowed.functions >> allowed.fields;
    return rule == rule_name && words ? allowed : class_size{{}, 0, 0, 0};
}

std::string rule_of(const source_file& file, const class_size& one,
                    const std::vector<exception>& exceptions) {
    for (const exception& each : exceptions) {
        const class_size allowed = allowed_by(each);
        if (each.path == file.path && allowed.name == one.name &&
            one.functions <= allowed.functions && one.fields <= allowed.fields) {
            return each.rule;
        }
    }
    return std::string(rule_name) + " " + one.name + " " + std::to_string(one.functions) + " " +
           std::to_string(one.fields);
}

} // namespace

void check_classes(const source_file& file, const std::vector<exception>& exceptions,
                   breaches& found) {
    const bool is_header = file.kind == file_kind::cpp_header || file.kind == file_kind::c_header;
    if (!is_header || !(is_below(file.path, "kernel") || is_below(file.path, "plugins") ||
                        is_below(file.path, "sdk"))) {
        return;
    }
    for (const class_size& each : find_classes(file)) {
        if (each.functions > class_functions_max || each.fields > class_fields_max) {
            found.push_back({file.path, each.line, rule_of(file, each, exceptions),
                             std::to_string(each.functions) + " functions, " +
                                 std::to_string(each.fields) + " data members"});
        }
    }
}

} // namespace tactus::tidy

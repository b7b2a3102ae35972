// SPDX-License-Identifier: MIT
#include "kernel/config/name.hpp"

#include "kernel/config/settings.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace tactus::config {
namespace {

std::string hint_for(std::string_view name) {
    const auto outcome = check_name(name);
    return outcome ? "right" : outcome.error().hint;
}

TEST_CASE("lower-case letters, digits, hyphens and underscores make a name") {
    CHECK(hint_for("a") == "right");
    CHECK(hint_for("2nd-floor_left") == "right");
}

TEST_CASE("a name of 64 characters is the longest") {
    CHECK(check_name(std::string(name_size_max, 'x')).has_value());
    CHECK_FALSE(check_name(std::string(name_size_max + 1, 'x')).has_value());
}

TEST_CASE("what is no name gets a better one") {
    CHECK(hint_for("Main Hall") == "did you mean \"main-hall\"?");
    CHECK(hint_for("-desk") == "did you mean \"desk\"?");
    CHECK(hint_for("foyer/left.2") == "did you mean \"foyer-left-2\"?");
    CHECK(hint_for("caf\u00e9") == "did you mean \"caf\"?");
}

TEST_CASE("what no name can be made of gets no hint") {
    CHECK(hint_for("").empty());
    CHECK(hint_for("--").empty());
    CHECK(hint_for("\u97f3").empty());
}

} // namespace
} // namespace tactus::config

// SPDX-License-Identifier: MIT
#include "kernel/config/routes/same_routes.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace tactus::config::test {
namespace {

// What it says, or its name.
route_settings says(const std::string& text) {
    route_settings made;
    made.text = text;
    return made;
}
route_settings named(const std::string& name, const std::string& text = {}) {
    route_settings made = says(text);
    made.name = name;
    return made;
}

using places = std::vector<std::optional<std::size_t>>;

TEST_CASE("a route with a name is the one of that name, whatever it says and wherever it stands") {
    CHECK(find_same_routes({named("a", "1"), named("b", "2")},
                           {named("c", "1"), named("b", "3"), named("a", "1")}) ==
          places{std::nullopt, 1, 0});
}

TEST_CASE("a route without a name is the one that says the same, in order") {
    CHECK(find_same_routes({says("x"), says("y"), says("x")},
                           {says("new"), says("x"), says("x"), says("x"), says("y")}) ==
          places{std::nullopt, 0, 2, std::nullopt, 1});
}

TEST_CASE("a route without a name that says something new is the one that stood at its place") {
    CHECK(find_same_routes({says("x"), says("y"), named("z")},
                           {says("x"), says("other"), says("third")}) ==
          places{0, 1, std::nullopt});
    CHECK(find_same_routes({says("x"), says("y")}, {says("y"), says("other")}) ==
          places{1, std::nullopt});
}

TEST_CASE("what a route says is not taken for a name") {
    CHECK(find_same_routes({says("a"), named("b")}, {named("a"), says("b")}) ==
          places{std::nullopt, std::nullopt});
}

} // namespace
} // namespace tactus::config::test

// SPDX-License-Identifier: MIT
// The tree itself, by all rules. A breach is mended, or gets a line with its reason in
// exceptions.txt; include rules have none: there, floors.txt is changed, by a decision.
#include "tests/support/catch.hpp"
#include "tests/tidy/checks.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

using namespace tactus;

namespace {

const std::filesystem::path tree = TACTUS_TREE;

std::string read(const std::string& path) {
    std::ifstream stream(tree / path, std::ios::binary);
    REQUIRE(stream.good());
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

TEST_CASE("the tree keeps its rules") {
    std::string why;
    const auto table = tidy::parse_layer_rules(read("tests/tidy/floors.txt"), why);
    INFO(why);
    REQUIRE(table.has_value());
    const auto exceptions = tidy::parse_exceptions(read("tests/tidy/exceptions.txt"), why);
    INFO(why);
    REQUIRE(exceptions.has_value());

    std::string all;
    for (const tidy::breach& each : tidy::check(tree, *table, *exceptions)) {
        all += to_string(each) + "\n";
    }

    std::cout << tidy::describe(tidy::read_tree(tree)) << all;
    REQUIRE(all.empty());
}

TEST_CASE("the tree that is checked is the whole tree") {
    const auto files = tidy::read_tree(tree);
    const auto has = [&](const std::string& path) {
        return std::ranges::find(files, path, &tidy::source_file::path) != files.end();
    };

    REQUIRE(has("sdk/include/tactus/plugin.h"));
    REQUIRE(has("kernel/base/result.hpp"));
    REQUIRE(has("tests/tidy/tree_test.cpp"));
    REQUIRE(has("packaging/cmake/targets.cmake"));
    REQUIRE(has(".ci/run"));
}

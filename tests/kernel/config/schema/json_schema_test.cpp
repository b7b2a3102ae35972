// SPDX-License-Identifier: MIT
// golden_schema.json is the schema for the plugins of plugins.hpp, with which tests/schema checks
// the golden files. It is rewritten when TACTUS_GOLDEN_UPDATE=1 is set.
#include "kernel/config/routes/route_rules.hpp"
#include "kernel/config/schema/json_schema.hpp"
#include "kernel/config/schema/schema_parts.hpp"

#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tactus::config::test {
namespace {

std::string golden() {
    std::ifstream file(TACTUS_GOLDEN_SCHEMA, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("the schema of some plugins is what it was") {
    const std::vector<const tactus_descriptor*> all{
        &osc_input(), &osc_output(), &midi(), &pulse(), &memory(), &web(), &lines(), &device()};

    const std::string made = json_schema(all);

    if (const char* const wanted = std::getenv("TACTUS_GOLDEN_UPDATE");
        wanted != nullptr && std::string(wanted) == "1") {
        std::ofstream(TACTUS_GOLDEN_SCHEMA, std::ios::binary) << made;
    }
    CHECK(made == golden());
}

TEST_CASE("a schema without plugins leaves all types open") {
    const std::string made = json_schema({});

    CHECK(made.find("\"input\": {") != std::string::npos);
    CHECK(made.find("\"then\": {\n") == std::string::npos); // no type has conditions
}

// An open schema of a key would be a key that was forgotten in schema_rules.cpp.
void require_shapes(const std::string& schema, std::span<const rule_key> keys) {
    for (const rule_key& each : keys) {
        CAPTURE(each.key);
        const std::size_t at = schema.find("\"" + std::string(each.key) + "\":{\"description\":");
        REQUIRE(at != std::string::npos);
        const std::size_t end = schema.find('}', at);
        const std::string head = schema.substr(at, end - at);
        CHECK((head.find("\"type\":") != std::string::npos ||
               head.find("\"enum\":") != std::string::npos));
    }
}

TEST_CASE("each key of match and as has a schema of its own") {
    require_shapes(schema_of_match(), match_keys());
    require_shapes(schema_of_as(), as_keys());
}

} // namespace
} // namespace tactus::config::test

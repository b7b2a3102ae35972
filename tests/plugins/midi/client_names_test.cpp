// SPDX-License-Identifier: MIT
#include "plugins/midi/client_names.hpp"

#include "tests/support/catch.hpp"

using namespace midi::client_names;

TEST_CASE("client names: the first virtual port of a file has the plain name, and keeps it") {
    CHECK(name_for({"first", "a", false, true}) == "first");
    CHECK(name_for({"first", "b", false, true}) == "first-b");
    CHECK(name_for({"first", "a", true, true}) == "first-a");  // an input of the same name
    CHECK(name_for({"first", "b", false, true}) == "first-b"); // made again, before the other is
    CHECK(name_for({"first", "a", false, true}) == "first");
}

TEST_CASE("client names: what has no virtual port takes the plain name from nobody") {
    CHECK(name_for({"late", "synth", false, false}) == "late-synth");
    CHECK(name_for({"late", "keys", true, true}) == "late");
    CHECK(name_for({"late", "synth", false, false}) == "late-synth");
}

TEST_CASE("client names: JACK's 63 bytes are enough for each, and for what JACK adds") {
    const std::string client(32, 'c');
    const std::string one = name_for({client, std::string(63, 'i') + "1", false, false});
    const std::string other = name_for({client, std::string(63, 'i') + "2", false, false});

    CHECK(one.size() <= 56);
    CHECK(one.size() + std::string("-01").size() <= 63);
    CHECK(one.starts_with(client + "-iii"));
    CHECK(one != other);
}

// SPDX-License-Identifier: MIT
#include "kernel/flow/output/port_names.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace tactus::flow;

namespace {

struct ports_under_test {
    name_table names;
    port_table ports;

    std::uint32_t find(std::string_view name) { return ports.look_up(names.intern(name), names); }
};

} // namespace

TEST_CASE("the same name has the same handle, another name another one") {
    name_table names;

    const std::uint32_t first = names.intern("bus 1");

    REQUIRE(first == 1);
    REQUIRE(names.intern("bus 2") == 2);
    REQUIRE(names.intern("bus 1") == first);
    REQUIRE(names.text(first) == "bus 1");
}

TEST_CASE("a full name table knows its names and takes no more") {
    name_table names;
    for (std::size_t i = 0; i < name_table::names_max; ++i) {
        REQUIRE(names.intern(std::to_string(i)) == i + 1);
    }

    REQUIRE(names.intern("one more") == 0);
    REQUIRE(names.intern("7") == 8);
    REQUIRE(names.text(name_table::names_max) == std::to_string(name_table::names_max - 1));
}

TEST_CASE("an exact name comes before a name that contains it") {
    ports_under_test test;
    const std::uint32_t longer = test.ports.add("k1", "bus 10", true);
    const std::uint32_t exact = test.ports.add("k2", "bus 1", true);

    REQUIRE(test.find("bus 1") == exact);
    REQUIRE(test.find("bus 10") == longer);
}

TEST_CASE("a port answers to its key as to its name") {
    ports_under_test test;
    const std::uint32_t port = test.ports.add("usb:1", "Synth", true);

    REQUIRE(test.find("usb:1") == port);
    REQUIRE(test.find("Synth") == port);
}

TEST_CASE("the key of a port is known by its number until it goes") {
    ports_under_test test;
    const std::uint32_t port = test.ports.add("usb:1", "Synth", true);

    CHECK(test.ports.key(port) == "usb:1");
    CHECK(test.ports.key(port + 1).empty());
    CHECK(test.ports.key(port_table::none).empty());
    REQUIRE(test.ports.remove(port));
    CHECK(test.ports.key(port).empty());
}

TEST_CASE("the only port whose name contains the word is meant") {
    ports_under_test test;
    static_cast<void>(test.ports.add("k1", "IAC Driver bus 1", true));
    const std::uint32_t piano = test.ports.add("k2", "Grand Piano", true);

    REQUIRE(test.find("Piano") == piano);
}

TEST_CASE("a word that two ports contain means none of them") {
    ports_under_test test;
    static_cast<void>(test.ports.add("k1", "bus 1", true));
    static_cast<void>(test.ports.add("k2", "bus 2", true));

    REQUIRE(test.find("bus") == port_table::none);
}

TEST_CASE("a name that no port has means none") {
    ports_under_test test;
    static_cast<void>(test.ports.add("k1", "bus 1", true));

    REQUIRE(test.find("piano") == port_table::none);
}

TEST_CASE("names are looked up anew after a port came") {
    ports_under_test test;
    const std::uint32_t one = test.ports.add("k1", "bus 1", true);
    REQUIRE(test.find("bus") == one);

    static_cast<void>(test.ports.add("k2", "bus 2", true));

    REQUIRE(test.find("bus") == port_table::none);
}

TEST_CASE("names are looked up anew after a port went") {
    ports_under_test test;
    const std::uint32_t one = test.ports.add("k1", "bus 1", true);
    const std::uint32_t two = test.ports.add("k2", "bus 2", true);
    REQUIRE(test.find("bus") == port_table::none);

    REQUIRE(test.ports.remove(one));

    REQUIRE(test.find("bus") == two);
}

TEST_CASE("names are looked up anew after a port was renamed") {
    ports_under_test test;
    const std::uint32_t port = test.ports.add("k1", "bus 1", true);
    REQUIRE(test.find("piano") == port_table::none);

    REQUIRE(test.ports.update(port, "piano", true));

    REQUIRE(test.find("piano") == port);
    REQUIRE(test.find("bus 1") == port_table::none);
}

TEST_CASE("the first port is the first that is up, or else the first of all") {
    ports_under_test test;
    REQUIRE(test.ports.first() == port_table::none);
    const std::uint32_t one = test.ports.add("k1", "bus 1", false);
    REQUIRE(test.ports.first() == one);

    const std::uint32_t two = test.ports.add("k2", "bus 2", true);

    REQUIRE(test.ports.first() == two);
}

TEST_CASE("ports are up while one of them is") {
    port_table ports;
    const std::uint32_t one = ports.add("k1", "one", true);
    const std::uint32_t two = ports.add("k2", "two", true);

    REQUIRE(ports.update(one, "one", false));
    REQUIRE(ports.is_any_up());
    REQUIRE(ports.remove(two));
    REQUIRE_FALSE(ports.is_any_up());
}

TEST_CASE("a key is taken once") {
    port_table ports;
    static_cast<void>(ports.add("k1", "one", true));

    REQUIRE(ports.add("k1", "two", true) == port_table::none);
    REQUIRE(ports.size() == 1);
}

TEST_CASE("a full set of ports takes no more") {
    port_table ports;
    for (std::size_t i = 0; i < port_table::ports_max; ++i) {
        REQUIRE(ports.add(std::to_string(i), "", true) == i + 1);
    }

    REQUIRE(ports.add("one more", "", true) == port_table::none);
}

TEST_CASE("a port that is not there cannot be changed") {
    port_table ports;

    REQUIRE_FALSE(ports.update(1, "name", true));
    REQUIRE_FALSE(ports.remove(1));
}

TEST_CASE("the number of a port that went is not given to another key") {
    port_table ports;
    const std::uint32_t one = ports.add("k1", "one", true);
    REQUIRE(ports.remove(one));

    REQUIRE(ports.add("k2", "two", true) != one);
}

TEST_CASE("a key that comes back gets its number again") {
    port_table ports;
    static_cast<void>(ports.add("k1", "one", true));
    const std::uint32_t two = ports.add("k2", "two", true);
    ports.clear();
    REQUIRE(ports.size() == 0);
    REQUIRE_FALSE(ports.is_up(two));

    REQUIRE(ports.add("k2", "two", true) == two);
    REQUIRE(ports.is_up(two));
    REQUIRE(ports.add("k1", "one", false) == 1);
    REQUIRE(ports.add("k3", "three", true) == 3);
}

TEST_CASE("of the keys that went only the last are remembered") {
    port_table ports;
    static_cast<void>(ports.add("first", "", true));
    static_cast<void>(ports.remove(1));
    for (std::uint32_t i = 0; i < port_table::ports_max; ++i) {
        static_cast<void>(ports.remove(ports.add(std::to_string(i), "", true)));
    }

    REQUIRE(ports.add("255", "", true) == 257);
    REQUIRE(ports.add("first", "", true) == 258);
}

TEST_CASE("a port that is asked for by name only is never the port of other events") {
    ports_under_test test;
    const std::uint32_t own = test.ports.add("own", "own", false);
    const std::uint32_t ad_hoc_peer =
        test.ports.add("udp://10.0.0.7:9", "10.0.0.7:9", true, {.is_by_name = true});

    REQUIRE(test.ports.first() == own);
    REQUIRE_FALSE(test.ports.is_any_up());
    REQUIRE(test.find("10.0.0.7:9") == ad_hoc_peer);
}

TEST_CASE("a name is unknown until it was looked for, and again when ports have changed") {
    ports_under_test test;
    const std::uint32_t handle = test.names.intern("10.0.0.7:9");
    REQUIRE(test.ports.is_unknown(handle, test.names));

    REQUIRE(test.ports.look_up(handle, test.names) == port_table::none);
    REQUIRE_FALSE(test.ports.is_unknown(handle, test.names));

    test.ports.add("longer", "110.0.0.7:90", true);
    REQUIRE(test.ports.is_unknown(handle, test.names)); // a part of a name is no exact one
    test.ports.add("exact", "10.0.0.7:9", true);
    REQUIRE_FALSE(test.ports.is_unknown(handle, test.names));
}

TEST_CASE("a port that comes and goes takes the place of no other in the memory of those gone") {
    port_table ports;
    const std::uint32_t kept = ports.add("kept", "kept", true);
    REQUIRE(ports.remove(kept));
    for (std::size_t i = 0; i < 2 * port_table::ports_max; ++i) {
        const std::uint32_t again = ports.add("again", "again", true);
        REQUIRE(again != port_table::none);
        REQUIRE(ports.remove(again));
    }

    CHECK(ports.add("kept", "kept", true) == kept);
}

TEST_CASE("how often a port came up and failed to is counted, but for groups and ad-hoc peers") {
    port_table ports;
    const std::uint32_t peer = ports.add("peer", "", false);
    const std::uint32_t all = ports.add("all", "", false, {.is_group = true});
    static_cast<void>(ports.add("ad-hoc peer", "", true, {.is_by_name = true}));
    ports.count_failure(peer);
    ports.count_failure(99); // there is none
    for (const bool is_up : {true, true, false, true}) {
        ports.update(peer, "", is_up);
        ports.update(all, "", is_up);
    }

    std::vector<port_table::entry> seen;
    ports.for_each([&](const port_table::entry& each) {
        if (each.is_counted()) {
            seen.push_back(each);
        }
    });
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].key == "peer");
    CHECK(seen[0].is_up);
    CHECK(seen[0].ups == 2);
    CHECK(seen[0].failures == 1);
    CHECK(ports.ups() == 2);
    CHECK(ports.failures() == 1);
    ports.clear(); // a new instance: the totals go on
    static_cast<void>(ports.add("peer", "", true));
    CHECK(ports.ups() == 3);
}

// SPDX-License-Identifier: MIT
// The ids of routes over many reloads.
#include "kernel/daemon/reload/route_ids.hpp"

#include "tests/support/catch.hpp"

#include <set>
#include <string>

using namespace tactus;
using namespace tactus::daemon;

namespace {

std::vector<config::route_settings> file(const std::vector<std::string>& names) {
    std::vector<config::route_settings> made;
    for (const std::string& each : names) {
        made.emplace_back().name = each;
        made.back().id = static_cast<std::uint16_t>(made.size() - 1);
    }
    return made;
}

// A daemon's routes, as reloads leave them.
struct daemon_routes {
    std::vector<config::route_settings> running;
    route_ids ids;

    void reload(const std::vector<std::string>& names) {
        std::vector<config::route_settings> now = file(names);
        ids.number(now, running);
        ids.take(now, running);
        running = std::move(now);
    }
    [[nodiscard]] std::uint16_t id_of(const std::string& name) const {
        for (const config::route_settings& each : running) {
            if (each.name == name) {
                return each.id;
            }
        }
        FAIL("there is no " << name);
        return 0;
    }
};

} // namespace

TEST_CASE("a route keeps its id wherever it stands, and a new one gets one that none had") {
    daemon_routes test{file({"a", "b", "c"}), {}};

    test.reload({"new", "c", "a"});
    CHECK(test.id_of("a") == 0);
    CHECK(test.id_of("c") == 2);
    CHECK(test.id_of("new") == 3);
    test.reload({"a"});
    test.reload({"b", "a", "d"});

    CHECK(test.id_of("a") == 0);
    CHECK(test.id_of("b") == 4); // it was gone
    CHECK(test.id_of("d") == 5);
}

TEST_CASE("a file that comes to nothing takes no ids") {
    daemon_routes test{file({"a"}), {}};
    std::vector<config::route_settings> refused = file({"a", "x"});
    test.ids.number(refused, test.running);

    test.reload({"a", "y"});

    CHECK(test.id_of("y") == 1);
}

TEST_CASE("ids are used again after all others, those of the routes that are gone longest first") {
    daemon_routes test{file({"stays", "first"}), {}};
    std::size_t next = 2;
    bool was_first_used_again = false;
    for (std::size_t round = 0; round < route_ids::ids_max / 500 + 2; ++round) {
        std::vector<std::string> names = {"stays"};
        for (std::size_t i = 0; i < 500; ++i) {
            names.push_back("n" + std::to_string(round) + "-" + std::to_string(i));
        }
        test.reload(names);
        REQUIRE(test.running[0].id == 0);
        for (std::size_t i = 1; i < test.running.size(); ++i) {
            REQUIRE(test.running[i].id == next);
            next = next + 1 == route_ids::ids_max ? 1 : next + 1;
            was_first_used_again = was_first_used_again || next == 2;
        }
    }
    CHECK(was_first_used_again);
}

TEST_CASE("a full file that is replaced as a whole, again and again, has each id once") {
    daemon_routes test{{}, {}};
    for (std::size_t round = 0; round < 70; ++round) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < config::routes_max; ++i) {
            names.push_back("r" + std::to_string(round) + "-" + std::to_string(i));
        }
        test.reload(names);
        std::set<std::uint16_t> used;
        for (const config::route_settings& each : test.running) {
            REQUIRE(each.id < route_ids::ids_max);
            used.insert(each.id);
        }
        REQUIRE(used.size() == config::routes_max);
    }
}

// SPDX-License-Identifier: MIT
#include "kernel/flow/route/former_routes.hpp"

#include "tests/support/catch.hpp"

#include <utility>

using namespace tactus::flow;

namespace {

// The state of routes without a fan-out: as fan_out::configure() replaces them.
class replaced_routes {
public:
    router routes;
    route_muting muting;
    route_account account;
    deadline_misses misses;
    former_routes former{{routes, muting, account, misses}};
    std::vector<std::uint16_t> reused;

    void replace(const std::vector<route>& all, std::int64_t now_ns = 0) {
        router next(all);
        former.keep(next);
        routes = std::move(next);
        muting.configure({}, routes.size());
        account.make_room(routes.size());
        reused.clear();
        former.resume(now_ns, [this](std::uint16_t id) { reused.push_back(id); });
    }
};

// From input 0 to output 0.
route named(std::uint16_t id, std::string name) {
    route made;
    made.inputs = {0};
    made.outputs = {0};
    made.id = id;
    made.name = std::move(name);
    return made;
}

} // namespace

TEST_CASE("a route with the same id stays muted, one with the same name counts on") {
    replaced_routes test;
    test.replace({named(7, "a"), named(8, "b")});
    test.muting.mute(0, true);
    test.account.count(0, route_result::delivered);
    test.misses.add(7, 1);

    test.replace({named(8, "b"), named(7, "renamed"), named(9, "a")});

    CHECK_FALSE(test.muting.is_muted_by_operator(0));
    CHECK(test.muting.is_muted_by_operator(1));
    CHECK_FALSE(test.muting.is_muted_by_operator(2));
    CHECK(test.account.of(0).of(route_result::delivered) == 0);
    CHECK(test.account.of(1).of(route_result::delivered) == 0);
    CHECK(test.account.of(2).of(route_result::delivered) == 1);
    CHECK(test.misses.of(7) == 0);
    CHECK(test.misses.of(9) == 1);
    CHECK(test.reused.empty());
}

TEST_CASE("an id that another route had before is reported, one that stays is not") {
    replaced_routes test;
    test.replace({named(7, "a"), named(8, "b")});
    CHECK(test.reused.empty());
    test.replace({named(8, "b")});
    CHECK(test.reused.empty());

    test.replace({named(7, "c"), named(8, "b")}, 5);

    CHECK(test.reused == std::vector<std::uint16_t>{7});
    test.misses.add(7, 4); // came by the former route
    CHECK(test.misses.of(7) == 0);
}

TEST_CASE("an end is lost if its route is gone or no route leads there") {
    const note_owner by_message{0, note_owner::no_route};
    const note_owner by_route{0, 7};
    route own = named(7, "a");
    own.gate.dedupe = true;
    route narrow = named(7, "a");
    narrow.filter.channel = number_range{1, 16};
    replaced_routes test;

    test.replace({narrow});
    test.replace({narrow});
    CHECK_FALSE(test.former.is_end_lost(0, by_message));
    CHECK(test.former.is_end_lost(1, by_message));
    test.replace({});
    CHECK(test.former.is_end_lost(0, by_message));

    test.replace({narrow});
    route other = narrow;
    other.takes = "something else";
    test.replace({other});
    CHECK(test.former.is_end_lost(0, by_message));
    test.replace({other, named(8, "all")});
    test.replace({narrow, named(8, "all")}); // the second takes every end
    CHECK_FALSE(test.former.is_end_lost(0, by_message));

    test.replace({own});
    test.replace({own});
    CHECK_FALSE(test.former.is_end_lost(0, by_route));
    test.replace({named(8, "all")});
    CHECK(test.former.is_end_lost(0, by_route));
}

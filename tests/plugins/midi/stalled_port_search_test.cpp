// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#include "plugins/midi/stalled_port_search.hpp"

#include <algorithm>
#include <set>

using namespace std::chrono_literals;
using midi::stalled_port_search;

namespace {

const stalled_port_search::clock::time_point begin{};

// Ports, of which one stalls all while it is attached, and an input that wants them all.
struct stalling_ports {
    std::vector<std::string> names = {"a", "b", "c", "d"};
    std::string stalls;
    std::vector<std::string> attached{};
    stalled_port_search search{};
    std::multiset<std::string> told{};

    [[nodiscard]] bool is_held_up() const {
        return std::find(attached.begin(), attached.end(), stalls) != attached.end();
    }
    void release_from(std::size_t first) {
        for (; attached.size() > first; attached.pop_back()) {
            search.suspect(attached.back());
        }
    }
    void attach() {
        for (const std::string& each : names) {
            if (std::find(attached.begin(), attached.end(), each) != attached.end() ||
                search.suspended().holds(each, begin)) {
                continue;
            }
            attached.push_back(each);
            if (search.is_one_by_one()) {
                return;
            }
        }
        search.all_tried();
    }
    void step() {
        if (search.has_suspects()) {
            if (is_held_up()) {
                release_from(0);
                return;
            }
            if (const auto stalled = search.runs_again(begin)) {
                told.insert(*stalled);
            }
        }
        const std::size_t first_new = attached.size();
        attach();
        if (is_held_up()) {
            release_from(attached.size() > first_new ? first_new : 0);
        }
    }
};

} // namespace

TEST_CASE("whichever port stalls, it alone is suspended, and named once") {
    for (const char* const stalls : {"a", "b", "c", "d"}) {
        CAPTURE(stalls);
        stalling_ports all{.stalls = stalls};
        int steps = 0;
        do {
            all.step();
        } while (all.search.is_under_way() && ++steps < 20);

        CHECK(steps < 20);
        CHECK(all.attached.size() == 3);
        CHECK_FALSE(all.is_held_up());
        CHECK(all.told == std::multiset<std::string>{stalls});
        CHECK(all.search.suspended().holds(stalls, begin));
    }
}

TEST_CASE("a port that came alone is the one, and the others stay attached") {
    stalling_ports all{.names = {"a", "b"}, .stalls = "c"};
    all.step();
    all.names.push_back("c");

    all.step();
    CHECK(all.attached == std::vector<std::string>{"a", "b"});
    CHECK(all.search.has_suspects());
    CHECK_FALSE(all.search.is_one_by_one());
    all.step();

    CHECK(all.told == std::multiset<std::string>{"c"});
    CHECK_FALSE(all.search.is_under_way());
}

TEST_CASE("a port that stalls again is not named again") {
    stalled_port_search search;
    search.suspect("a");
    CHECK(search.runs_again(begin) == "a");

    search.suspect("a");
    CHECK_FALSE(search.runs_again(begin + 30s).has_value());
    CHECK(search.suspended().holds("a", begin + 89s));
}

TEST_CASE("the longer the others would go without input, the shorter a new port is watched") {
    stalled_port_search search;
    const std::string a = "a";
    const std::string b = "b";
    CHECK(&search.how_to_watch(nullptr) == &stalled_port_search::usual);
    CHECK(&search.how_to_watch(&a) == &stalled_port_search::after_attach);

    search.suspect(a);
    static_cast<void>(search.runs_again(begin));
    CHECK(&search.how_to_watch(&a) == &stalled_port_search::after_retry);
    CHECK(&search.how_to_watch(&b) == &stalled_port_search::one_by_one);

    search.clear();
    CHECK(&search.how_to_watch(&a) == &stalled_port_search::after_attach);
}

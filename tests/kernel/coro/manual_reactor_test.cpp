// SPDX-License-Identifier: MIT
// The virtual-time reactor itself: what other tests rely on.
#include "tests/support/catch.hpp"
#include "tests/support/manual_reactor.hpp"

#include <tactus/iface/fd.h>

#include <string>
#include <thread>
#include <vector>

using tactus::testing::manual_reactor;
namespace coro = tactus::coro;

namespace {

// A timer that writes its name into a list.
struct named_timer {
    named_timer(std::string& into, char name) : log(into), letter(name) {
        node.owner = this;
        node.fire = [](coro::timer& timer) noexcept {
            auto& self = *static_cast<named_timer*>(timer.owner);
            self.log += self.letter;
        };
    }
    std::string& log;
    char letter;
    coro::timer node;
};

struct counted_watch {
    explicit counted_watch(int fd) {
        node.owner = this;
        node.fd = fd;
        node.ready = [](coro::fd_watch& watch, std::uint32_t events) noexcept {
            auto& self = *static_cast<counted_watch*>(watch.owner);
            ++self.calls;
            self.seen = events;
        };
    }
    int calls = 0;
    std::uint32_t seen = 0;
    coro::fd_watch node;
};

} // namespace

TEST_CASE("timers fire by due time and then in the order of arming") {
    manual_reactor reactor;
    const std::int64_t start_ns = reactor.now_ns();
    std::string fired;
    named_timer a(fired, 'a');
    named_timer b(fired, 'b');
    named_timer c(fired, 'c');
    reactor.arm(a.node, start_ns + 20);
    reactor.arm(b.node, start_ns + 10);
    reactor.arm(c.node, start_ns + 20);

    reactor.advance_to(start_ns + 20);

    CHECK(fired == "bac");
    CHECK(reactor.timers_armed() == 0);
}

TEST_CASE("a timer does not fire before it is due") {
    manual_reactor reactor;
    std::string fired;
    named_timer a(fired, 'a');
    reactor.arm(a.node, reactor.now_ns() + 10);

    reactor.advance_by(9);
    CHECK(fired.empty());

    reactor.advance_by(1);
    CHECK(fired == "a");
}

TEST_CASE("a timer sees the time it was armed for, however far the test advances") {
    struct observer {
        manual_reactor& reactor;
        std::int64_t fired_ns = 0;
    };
    manual_reactor reactor;
    observer seen{reactor};
    coro::timer node;
    node.owner = &seen;
    node.fire = [](coro::timer& timer) noexcept {
        auto& self = *static_cast<observer*>(timer.owner);
        self.fired_ns = self.reactor.now_ns();
    };
    const std::int64_t due_ns = reactor.now_ns() + 100;
    reactor.arm(node, due_ns);

    reactor.advance_to(due_ns + 1'000'000);

    CHECK(seen.fired_ns == due_ns);
}

TEST_CASE("a timer that is armed again counts from the new time only") {
    manual_reactor reactor;
    std::string fired;
    named_timer a(fired, 'a');
    reactor.arm(a.node, reactor.now_ns() + 10);
    reactor.arm(a.node, reactor.now_ns() + 30);

    reactor.advance_by(20);
    CHECK(fired.empty());

    reactor.advance_by(10);
    CHECK(fired == "a");
}

TEST_CASE("a disarmed timer does not fire") {
    manual_reactor reactor;
    std::string fired;
    named_timer a(fired, 'a');
    reactor.arm(a.node, reactor.now_ns() + 10);
    reactor.disarm(a.node);

    reactor.advance_by(20);

    CHECK(fired.empty());
    CHECK_FALSE(a.node.is_armed());
}

TEST_CASE("advancing to the next timer stops at its due time") {
    manual_reactor reactor;
    std::string fired;
    named_timer a(fired, 'a');
    const std::int64_t due_ns = reactor.now_ns() + 77;
    reactor.arm(a.node, due_ns);

    CHECK(reactor.advance_to_next());
    CHECK(reactor.now_ns() == due_ns);
    CHECK(fired == "a");
    CHECK_FALSE(reactor.advance_to_next());
}

TEST_CASE("a watch fires once for an event of its mask and waits until it is watched again") {
    manual_reactor reactor;
    counted_watch watch(5);
    REQUIRE(reactor.watch(watch.node, TACTUS_FD_READABLE));

    CHECK_FALSE(reactor.make_ready(5, TACTUS_FD_WRITABLE));
    CHECK_FALSE(reactor.make_ready(6, TACTUS_FD_READABLE));
    CHECK(reactor.make_ready(5, TACTUS_FD_READABLE));
    CHECK_FALSE(reactor.make_ready(5, TACTUS_FD_READABLE));

    CHECK(watch.calls == 1);
    CHECK(watch.seen == TACTUS_FD_READABLE);
    REQUIRE(reactor.watch(watch.node, TACTUS_FD_READABLE));
    CHECK(reactor.is_watched(5, TACTUS_FD_READABLE));
    reactor.unwatch(watch.node);
    CHECK_FALSE(reactor.is_watched(5, TACTUS_FD_READABLE));
}

TEST_CASE("a descriptor that cannot be watched is refused") {
    manual_reactor reactor;
    counted_watch closed(-1);
    counted_watch other(5);

    CHECK_FALSE(reactor.watch(closed.node, TACTUS_FD_READABLE));
    reactor.refuse_watches();
    CHECK_FALSE(reactor.watch(other.node, TACTUS_FD_READABLE));
}

TEST_CASE("what is deferred runs when the test settles, not inside the call") {
    manual_reactor reactor;
    int runs = 0;
    coro::deferred node;
    node.owner = &runs;
    node.run = [](coro::deferred& self) noexcept { ++*static_cast<int*>(self.owner); };

    reactor.defer(node);
    CHECK(runs == 0);

    reactor.settle();
    CHECK(runs == 1);
}

TEST_CASE("posts of another thread run on the test's thread in their order") {
    manual_reactor reactor;
    static std::vector<std::thread::id> ran_on;
    ran_on.clear();
    std::thread poster([&] {
        for (int i = 0; i < 3; ++i) {
            reactor.post([](void*) noexcept { ran_on.push_back(std::this_thread::get_id()); },
                         nullptr);
        }
    });
    poster.join();

    reactor.settle();

    CHECK(ran_on == std::vector<std::thread::id>(3, std::this_thread::get_id()));
}

// SPDX-License-Identifier: MIT
#include "tests/sdk/context/probe.hpp"

using namespace tactus;
using namespace tactus::testing;
using namespace std::chrono_literals;

TEST_CASE("create makes no call to the host") {
    probe_instance made([](context& here) -> task<> { co_await here.until_stop(); });

    CHECK(made.host.breaches.empty());
    CHECK(made.host.interfaces_asked.empty());
}

TEST_CASE("create answers NULL for an id that the image does not have") {
    static constexpr tactus_entry entry = detail::entry_of<probe>();
    test_host host;

    CHECK(entry.create("prob", host.raw()) == nullptr);
    CHECK(entry.create("probe2", host.raw()) == nullptr);
    CHECK(entry.create("", host.raw()) == nullptr);
}

TEST_CASE("run begins inside start, up to its first wait") {
    probe_instance made([](context& here) -> task<> {
        probe::seen.push_back(std::string(here.name()));
        co_await here.until_stop();
        probe::seen.push_back("stopped");
    });
    made.configure();

    CHECK(made.start_only() == TACTUS_OK);

    CHECK(probe::seen == std::vector<std::string>{"test"});
    made.stop();
    CHECK(probe::seen == std::vector<std::string>{"test", "stopped"});
    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a run that fails before its first wait refuses the start") {
    probe_instance made([](context&) -> task<> {
        throw failure(TACTUS_E_IO, "there is no such device.");
        co_return;
    });

    CHECK(made.start() == TACTUS_E_IO);

    CHECK(made.host.error_text == "there is no such device.");
    CHECK_FALSE(made.host.stopped.has_value());
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a run that is done before its first wait stops well, after start has returned") {
    probe_instance made([](context&) -> task<> { co_return; });

    CHECK(made.start() == TACTUS_OK);

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a run that fails later stops with its status and text") {
    probe_instance made([](context& here) -> task<> {
        co_await here.sleep_for(10ms);
        throw std::runtime_error("the cable is out.");
    });
    made.start();

    made.host.advance_to(made.host.now_ns() + 20'000'000);

    CHECK(made.host.stopped == TACTUS_E_INTERNAL);
    CHECK(made.host.error_text == "run threw: the cable is out.");
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a run that ends early waits for what it spawned") {
    probe_instance made([](context& here) -> task<> {
        here.spawn("slow", [](context& there) -> task<> { co_await there.sleep_for(5ms); }(here));
        co_return;
    });
    made.start();
    CHECK_FALSE(made.host.stopped.has_value());

    made.host.advance_to(made.host.now_ns() + 5'000'000);

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a spawned task that fails ends run and the instance") {
    probe_instance made([](context& here) -> task<> {
        here.spawn("weak", [](context& there) -> task<> {
            co_await there.sleep_for(5ms);
            throw failure(TACTUS_E_NOMEM, "no more.");
        }(here));
        co_await here.sleep_for(1h);
    });
    made.start();

    made.host.advance_to(made.host.now_ns() + 5'000'000);

    CHECK(made.host.stopped == TACTUS_E_NOMEM);
    CHECK(made.host.pending() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a failing start whose siblings still wait ends by stopped, not by a refusal") {
    probe_instance made([](context& here) -> task<> {
        here.spawn("waits", [](context& there) -> task<> { co_await there.sleep_for(1h); }(here));
        co_await yield();
        throw failure(TACTUS_E_IO, "late.");
    });

    CHECK(made.start() == TACTUS_OK);

    CHECK(made.host.stopped == TACTUS_E_IO);
    CHECK(made.host.pending() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("stop in the turn of start ends a run that has not waited yet") {
    probe_instance made([](context& here) -> task<> {
        for (;;) {
            co_await yield();
        }
        co_await here.until_stop();
    });
    made.configure();
    CHECK(made.start_only() == TACTUS_OK);

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("an endless run without waits leaves the loop to the host each turn") {
    probe_instance made([](context& here) -> task<> {
        for (;;) {
            probe::seen.push_back(std::string(here.name()));
            co_await yield();
        }
    });
    made.configure();
    made.start_only();

    const std::size_t after_start = probe::seen.size();
    CHECK(after_start <= context::turn_budget);
    CHECK(made.host.step());
    CHECK(probe::seen.size() <= after_start + context::turn_budget);
    CHECK(probe::seen.size() > after_start);
}

TEST_CASE("a wait canceled by nobody is a failure") {
    probe_instance made([](context& here) -> task<> { co_await here.sleep_for(1h); });
    made.start();

    made.host.complete("timer", TACTUS_E_CANCELED, 0);
    made.host.settle();

    CHECK(made.host.stopped == TACTUS_E_CANCELED);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("an instance destroyed before its start leaves nothing") {
    probe_instance made([](context& here) -> task<> { co_await here.until_stop(); });
    made.configure();

    CHECK(made.host.pending() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("start fails on a host without exec, and names it") {
    probe_instance made([](context& here) -> task<> { co_await here.until_stop(); });
    made.host.missing_interfaces.insert(TACTUS_EXEC_0);

    CHECK(made.start() == TACTUS_E_UNSUPPORTED);

    CHECK(made.host.error_text.find(TACTUS_EXEC_0) != std::string::npos);
}

TEST_CASE("spawning after the end is refused") {
    static context* ended = nullptr;
    probe_instance made([](context& here) -> task<> {
        ended = &here;
        co_return;
    });
    made.start();
    REQUIRE(made.host.stopped == TACTUS_OK);

    auto late = [](context& there) -> task<> { co_await there.until_stop(); };

    CHECK_THROWS_AS(ended->spawn("late", late(*ended)), failure);
}

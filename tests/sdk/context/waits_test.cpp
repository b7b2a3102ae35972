// SPDX-License-Identifier: MIT
#include "tests/sdk/context/probe.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <memory>
#include <thread>

using namespace tactus;
using namespace tactus::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t start_ns = 1'000'000'000; // of test_host

} // namespace

TEST_CASE("sleep_until goes on at that moment and not before") {
    probe_instance made([](context& here) -> task<> {
        co_await here.sleep_until(time_at(start_ns + 7));
        probe::seen.push_back(std::to_string(to_ns(here.now())));
    });
    made.start();

    made.host.advance_to(start_ns + 6);
    CHECK(probe::seen.empty());
    made.host.advance_to(start_ns + 7);

    CHECK(probe::seen == std::vector<std::string>{std::to_string(start_ns + 7)});
}

TEST_CASE("a wait that the host refuses throws what was tried") {
    probe_instance made([](context& here) -> task<> { co_await here.sleep_for(1ms); });
    made.host.failing["timer"] = TACTUS_E_NOMEM;

    CHECK(made.start() == TACTUS_E_NOMEM);

    CHECK(made.host.error_text.substr(0, 5) == "timer");
}

TEST_CASE("a missing interface throws its id, and only when it is used") {
    probe_instance made([](context& here) -> task<> {
        co_await here.sleep_for(1ms);
        co_await here.readable(0);
    });
    made.host.missing_interfaces.insert(TACTUS_FD_0);
    CHECK(made.start() == TACTUS_OK);

    made.host.advance_to(start_ns + 1'000'000);

    CHECK(made.host.stopped == TACTUS_E_UNSUPPORTED);
    CHECK(made.host.error_text == "this host has no interface \"tactus.fd/0\"");
}

TEST_CASE("readable and writable end with the fd") {
    static const int fd = ::eventfd(0, EFD_CLOEXEC);
    probe_instance made([](context& here) -> task<> {
        co_await here.readable(fd);
        probe::seen.push_back("readable");
        co_await here.writable(fd);
        probe::seen.push_back("writable");
    });
    made.start();

    CHECK_FALSE(made.host.make_ready(fd + 1, TACTUS_FD_READABLE)); // another one
    CHECK_FALSE(made.host.make_ready(fd, TACTUS_FD_WRITABLE));
    CHECK(made.host.make_ready(fd, TACTUS_FD_READABLE));
    made.host.settle();
    CHECK(made.host.make_ready(fd, TACTUS_FD_WRITABLE));
    made.host.settle();

    CHECK(probe::seen == std::vector<std::string>{"readable", "writable"});
    CHECK(made.host.stopped == TACTUS_OK);
    ::close(fd);
}

TEST_CASE("work runs on another thread and brings its result back") {
    probe_instance made([](context& here) -> task<> {
        const auto loop = std::this_thread::get_id();
        auto is_elsewhere = [loop] { return std::this_thread::get_id() != loop; };
        const bool was_elsewhere = co_await here.work(is_elsewhere);
        probe::seen.push_back(was_elsewhere ? "elsewhere" : "here");
        probe::seen.push_back(std::this_thread::get_id() == loop ? "back" : "lost");
    });

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"elsewhere", "back"});
    CHECK(made.host.breaches.empty());
}

TEST_CASE("work gives move-only values") {
    probe_instance made([](context& here) -> task<> {
        auto make = [] { return std::make_unique<int>(42); };
        const std::unique_ptr<int> got = co_await here.work(make);
        probe::seen.push_back(std::to_string(*got));
    });

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"42"});
}

TEST_CASE("work rethrows here what it threw there") {
    probe_instance made([](context& here) -> task<> {
        auto give_up = [] { throw failure(TACTUS_E_IO, "no such host."); };
        try {
            co_await here.work(give_up);
        } catch (const failure& thrown) {
            probe::seen.push_back(thrown.text());
        }
    });

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"no such host."});
    CHECK(made.host.stopped == TACTUS_OK);
}

TEST_CASE("work that is stopped before it runs never runs, and its frame waits for done") {
    probe_instance made([](context& here) -> task<> {
        auto note = [] { probe::seen.push_back("ran"); };
        co_await here.work(note);
        probe::seen.push_back("went on");
    });
    made.host.is_work_held = true;
    made.start();
    REQUIRE(made.host.pending("work") == 1);

    made.stop();

    CHECK(probe::seen.empty());
    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("posted callables run on the loop in order") {
    probe_instance made([](context& here) -> task<> {
        auto post_two = [&here] {
            if (!here.post([] { probe::seen.push_back("first"); }) ||
                !here.post([] { probe::seen.push_back("second"); })) {
                probe::seen.push_back("refused");
            }
        };
        co_await here.work(post_two);
        co_await here.until_stop();
    });

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"first", "second"});
}

TEST_CASE("a posted callable that throws ends the instance with its failure") {
    probe_instance made([](context& here) -> task<> {
        const bool is_posted = here.post([] { throw failure(TACTUS_E_IO, "from a post."); });
        probe::seen.push_back(is_posted ? "posted" : "refused");
        co_await here.sleep_for(1h);
    });

    made.start();

    CHECK(made.host.stopped == TACTUS_E_IO);
    CHECK(made.host.error_text == "from a post.");
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a callable that is posted too late is destroyed unrun") {
    static context* ended = nullptr;
    probe_instance made([](context& here) -> task<> {
        ended = &here;
        co_return;
    });
    made.start();
    const auto owned = std::make_shared<int>(1);

    const bool is_posted = ended->post([owned] { probe::seen.push_back("ran"); });

    CHECK_FALSE(is_posted);
    CHECK(owned.use_count() == 1);
    CHECK(probe::seen.empty());
}

TEST_CASE("a wake that finds no room to post is made good by the posted callables") {
    static event* woken = nullptr;
    probe_instance made([](context& here) -> task<> {
        event wanted;
        woken = &wanted;
        const bool is_posted = here.post([] { woken->set(); });
        probe::seen.push_back(is_posted ? "posted" : "refused");
        co_await wanted.wait();
        probe::seen.push_back("woken");
    });
    made.configure();
    made.start_only();
    made.host.posts_max = 0;

    made.host.settle();

    CHECK(probe::seen == std::vector<std::string>{"posted", "woken"});
}

TEST_CASE("until_stop goes on without an exception, and waits after it throw canceled") {
    probe_instance made([](context& here) -> task<> {
        co_await here.until_stop();
        probe::seen.push_back("asked to stop");
        co_await here.sleep_for(1ms);
        probe::seen.push_back("never");
    });
    made.start();

    made.stop();

    CHECK(probe::seen == std::vector<std::string>{"asked to stop"});
    CHECK(made.host.stopped == TACTUS_OK);
}

TEST_CASE("stop ends each kind of wait, whatever order the ends come in") {
    static const int fd = ::eventfd(0, EFD_CLOEXEC);
    static const std::pair<const char*, body_function> waits[] = {
        {"timer", [](context& here) -> task<> { co_await here.sleep_for(1h); }},
        {"fd", [](context& here) -> task<> { co_await here.readable(fd); }},
        {"work",
         [](context& here) -> task<> {
             auto nothing = [] {};
             co_await here.work(nothing);
         }},
        {"emit",
         [](context& here) -> task<> {
             batch_builder batch(1, 8);
             const std::uint8_t byte = 0xf8;
             batch.add(TACTUS_PROTO_MIDI, {&byte, 1});
             co_await here.emit(batch.view());
         }},
        {"recv",
         [](context& here) -> task<> {
             udp_socket socket = udp_socket::bind(here, "udp://127.0.0.1:9");
             datagram_ring ring(2, 16);
             const auto got = co_await socket.recv(ring);
             static_cast<void>(got);
         }},
        {"writable",
         [](context& here) -> task<> {
             udp_socket socket = udp_socket::connect(here, "udp://127.0.0.1:9");
             co_await socket.writable();
         }},
    };
    const bool newest_first = GENERATE(false, true);
    for (const auto& [kind, body] : waits) {
        CAPTURE(kind);
        static body_function wait = nullptr;
        wait = body;
        probe_instance made([](context& here) -> task<> {
            here.spawn("sleeper",
                       [](context& there) -> task<> { co_await there.sleep_for(2h); }(here));
            co_await wait(here);
            probe::seen.push_back("went on");
        });
        made.host.emit_room = 0;
        made.host.is_work_held = true;
        made.host.completes_newest_first = newest_first;
        made.start();
        REQUIRE(made.host.pending(kind) >= 1);

        made.stop();

        CHECK(made.host.stopped == TACTUS_OK);
        CHECK(made.host.pending() == 0);
        CHECK(made.host.open_sockets() == 0);
        CHECK(probe::seen.empty());
        CHECK(made.host.breaches.empty());
    }
}

// SPDX-License-Identifier: MIT
// Descriptors, deferred calls and stopping on the real loop.
#include "tests/kernel/loop/loop_under_test.hpp"

#include <string>
#include <vector>

using namespace tactus::loop::test;
using tactus::loop::loop;
namespace coro = tactus::coro;

namespace {

constexpr std::int64_t ms_ns = 1'000'000;

void stop_loop(void* turned) noexcept {
    static_cast<loop*>(turned)->stop();
}

} // namespace

TEST_CASE("a wait that is renewed in its own call loses no event") {
    loop_under_test test;
    const pipe_ends pipe;
    pipe.write(50);
    int read = 0;
    call_watch watch(pipe.ends[0], [&](std::uint32_t events) {
        REQUIRE(events == TACTUS_FD_READABLE);
        read += pipe.read_one() ? 1 : 0;
        if (read == 25) {
            pipe.write(10); // while it waits for nothing
        }
        if (read == 60) {
            test.turned.stop();
        } else {
            REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));
        }
    });
    REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));

    test.turned.run();
    test.turned.unwatch(watch);

    REQUIRE(read == 60);
    REQUIRE_FALSE(pipe.read_one());
}

TEST_CASE("a wait is for one event, and can be renewed much later") {
    loop_under_test test;
    const pipe_ends pipe;
    pipe.write(2);
    int calls = 0;
    call_watch watch(pipe.ends[0], [&](std::uint32_t) {
        if (++calls == 2) {
            test.turned.stop();
        }
    });
    call_timer renew([&] {
        REQUIRE(calls == 1); // the pipe has been readable all the time
        REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));
    });
    REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));
    test.turned.arm(renew, test.clock.now_ns() + 5 * ms_ns);

    test.turned.run();
    test.turned.unwatch(watch);

    REQUIRE(calls == 2);
}

TEST_CASE("a wait may change what it waits for") {
    loop_under_test test;
    int pair[2];
    REQUIRE(::pipe2(pair, O_NONBLOCK | O_CLOEXEC) == 0);
    std::vector<std::uint32_t> seen;
    call_watch writer(pair[1], [&](std::uint32_t events) {
        seen.push_back(events);
        test.turned.stop();
    });
    REQUIRE(test.turned.watch(writer, TACTUS_FD_READABLE));
    REQUIRE(test.turned.watch(writer, TACTUS_FD_READABLE | TACTUS_FD_WRITABLE));

    test.turned.run();
    test.turned.unwatch(writer);
    ::close(pair[0]);
    ::close(pair[1]);

    REQUIRE(seen == std::vector<std::uint32_t>{TACTUS_FD_WRITABLE});
}

TEST_CASE("a descriptor in error is told each time somebody waits for it") {
    loop_under_test test;
    pipe_ends pipe;
    pipe.close_end(0); // nobody reads any more: the other end is in error from now on
    int calls = 0;
    call_watch watch(pipe.ends[1], [&](std::uint32_t events) {
        REQUIRE(events == (TACTUS_FD_READABLE | TACTUS_FD_WRITABLE));
        if (++calls == 3) {
            test.turned.stop();
        } else {
            REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));
        }
    });
    REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));

    test.turned.run();
    test.turned.unwatch(watch);

    REQUIRE(calls == 3);
}

TEST_CASE("a wait may be given up in its own call, and the descriptor closed and used again") {
    loop_under_test test;
    auto pipe = std::make_unique<pipe_ends>();
    pipe->write(1);
    int calls = 0;
    call_watch watch(pipe->ends[0], [&](std::uint32_t) {
        const int before = watch.fd;
        test.turned.unwatch(watch);
        pipe.reset();
        pipe = std::make_unique<pipe_ends>();
        pipe->write(1);
        REQUIRE(pipe->ends[0] == before);
        if (++calls == 3) {
            test.turned.stop();
        } else {
            REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));
        }
    });
    REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));

    test.turned.run();

    REQUIRE(calls == 3);
    test.turned.unwatch(watch); // again: nothing
}

TEST_CASE("what was given up is told nothing") {
    loop_under_test test;
    const pipe_ends pipe;
    pipe.write(1);
    int calls = 0;
    call_watch watch(pipe.ends[0], [&](std::uint32_t) { ++calls; });
    REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));
    call_timer last([&] { test.turned.stop(); });
    test.turned.arm(last, test.clock.now_ns() + 2 * ms_ns);

    test.turned.unwatch(watch);
    test.turned.run();

    REQUIRE(calls == 0);
}

TEST_CASE("a closed descriptor, a plain file, and a second wait for one are refused") {
    loop_under_test test;
    const pipe_ends pipe;
    const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);
    call_watch on_nothing(1'000'000, [](std::uint32_t) {});
    call_watch on_file(file, [](std::uint32_t) {});
    call_watch first(pipe.ends[0], [](std::uint32_t) {});
    call_watch second(pipe.ends[0], [](std::uint32_t) {});

    REQUIRE_FALSE(test.turned.watch(on_nothing, TACTUS_FD_READABLE));
    REQUIRE_FALSE(test.turned.watch(on_file, TACTUS_FD_READABLE));
    REQUIRE(test.turned.watch(first, TACTUS_FD_READABLE));
    REQUIRE_FALSE(test.turned.watch(second, TACTUS_FD_READABLE));

    for (call_watch* each : {&on_nothing, &on_file, &first, &second}) {
        test.turned.unwatch(*each);
    }
    ::close(file);
}

TEST_CASE("deferred calls run in order, and what they defer runs later") {
    loop_under_test test;
    std::string order;
    call_deferred third([&] {
        order += 'c';
        test.turned.stop();
    });
    call_deferred first([] {});
    int rounds = 0;
    first.on_run = [&] {
        order += 'a';
        if (++rounds < 3) {
            test.turned.defer(first); // itself, too
        } else {
            test.turned.defer(third);
        }
    };
    call_deferred second([&] { order += 'b'; });
    test.turned.defer(first);
    test.turned.defer(second);

    test.turned.run();

    REQUIRE(order == "abaac");
}

TEST_CASE("a deferred call may end its own node") {
    loop_under_test test;
    struct own_end : coro::deferred {
        loop* turned = nullptr;
    };
    auto* node = new own_end;
    node->turned = &test.turned;
    node->run = [](coro::deferred& self) noexcept {
        loop* turned = static_cast<own_end&>(self).turned;
        delete static_cast<own_end*>(&self);
        turned->stop();
    };
    test.turned.defer(*node);

    test.turned.run();
}

TEST_CASE("the loop stops from every kind of call") {
    loop_under_test test;
    const pipe_ends pipe;
    pipe.write(1);
    const auto stop = [&] { test.turned.stop(); };
    call_timer timer(stop);
    call_deferred deferred(stop);
    call_watch watch(pipe.ends[0], [&](std::uint32_t) { stop(); });
    call_job job([] {}, stop);
    recorded_work work;
    work.on_due = [&](std::int64_t) {
        work.due_ns = recorded_work::never_ns;
        stop();
    };
    test.turned.set_due_work(&work);

    test.turned.arm(timer, test.clock.now_ns() + ms_ns);
    test.turned.run();
    test.turned.defer(deferred);
    test.turned.run();
    REQUIRE(test.turned.watch(watch, TACTUS_FD_READABLE));
    test.turned.run();
    test.turned.start(job);
    test.turned.run();
    test.turned.post(stop_loop, &test.turned);
    test.turned.run();
    work.due_ns = test.clock.now_ns() + ms_ns;
    test.turned.run();

    test.turned.unwatch(watch);
    REQUIRE(work.due_ns == recorded_work::never_ns);
}

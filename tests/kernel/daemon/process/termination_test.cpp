// SPDX-License-Identifier: MIT
// What a signal does before the loop turns and after it has, in a process of its own.
#include "kernel/daemon/process/termination.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"
#include "tests/support/manual_reactor.hpp"

#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <thread>

#include <unistd.h>

using namespace tactus;
using namespace tactus::testing;
using namespace std::chrono_literals;
using daemon::termination;

namespace {

constexpr int early = 3;

enum class stage { held_back, begun, detached };

// It has no terminal, and waits for signals once it has got so far.
class signalled_process {
public:
    explicit signalled_process(stage until) {
        int ready[2];
        REQUIRE(::pipe(ready) == 0);
        child_ = ::fork();
        REQUIRE(child_ >= 0);
        if (child_ == 0) {
            ::setsid();
            serve(until, ready[1]);
        }
        ::close(ready[1]);
        char byte = 0;
        REQUIRE(::read(ready[0], &byte, 1) == 1);
        ::close(ready[0]);
    }
    signalled_process(const signalled_process&) = delete;
    signalled_process& operator=(const signalled_process&) = delete;
    ~signalled_process() {
        if (child_ > 0) {
            ::kill(child_, SIGKILL);
            ::waitpid(child_, nullptr, 0);
        }
    }
    void signal(int number) const { REQUIRE(::kill(child_, number) == 0); }
    // Its exit code, or 1000 + the signal that ended it.
    [[nodiscard]] int wait() {
        int status = 0;
        REQUIRE(::waitpid(child_, &status, 0) == child_);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    }
    [[nodiscard]] bool lives_after(std::chrono::milliseconds limit) const {
        std::this_thread::sleep_for(limit);
        return ::waitpid(child_, nullptr, WNOHANG) == 0;
    }

private:
    [[noreturn]] static void serve(stage until, int ready) {
        termination::hold_back();
        auto* const signals = new termination;
        if (until != stage::held_back && !signals->begin(early)) {
            ::_exit(1);
        }
        manual_reactor reactor;
        flow_fixture fixture(reactor);
        const host::call_watch calls(fixture.log);
        if (until == stage::detached) {
            signals->attach({reactor, calls, fixture.log, [] {}, [] {}, [] { return false; }});
            signals->detach();
        }
        if (::write(ready, "r", 1) != 1) {
            ::_exit(1);
        }
        for (;;) {
            ::pause();
        }
    }

    pid_t child_ = 0;
};

} // namespace

TEST_CASE("a signal that comes before anything handles it waits") {
    const int number = GENERATE(SIGTERM, SIGINT, SIGHUP);
    const signalled_process held(stage::held_back);

    held.signal(number);

    CHECK(held.lives_after(20ms));
}

TEST_CASE("a stop before the loop turns ends the process at once, and a reload waits") {
    signalled_process starts(stage::begun);

    starts.signal(SIGHUP);
    CHECK(starts.lives_after(20ms));
    starts.signal(GENERATE(SIGTERM, SIGINT));

    CHECK(starts.wait() == early);
}

TEST_CASE("after the loop only a second signal ends the process, and not in the same moment") {
    signalled_process ended(stage::detached);
    const int number = GENERATE(SIGTERM, SIGINT);

    ended.signal(SIGTERM);
    ended.signal(number);
    ended.signal(SIGHUP);
    CHECK(ended.lives_after(std::chrono::nanoseconds(termination::again_ns) / 1ms * 1ms + 50ms));
    ended.signal(SIGHUP); // systemd's SendSIGHUP=yes
    CHECK(ended.lives_after(20ms));
    ended.signal(number);

    CHECK(ended.wait() == 128 + number);
}

// SPDX-License-Identifier: MIT
// Plugins that throw, one class for each place where the author's code runs.
#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <stdexcept>

namespace {

using tactus::context;
using tactus::task;
using namespace std::chrono_literals;

constexpr tactus::plugin_info who(const char* id, const char* type) {
    return {id, type, "1", "tests", "MIT", "Throws."};
}

// After this much of the test's time.
constexpr auto a_while = 10ms;

task<> wait_for_ever(context& here) {
    co_await here.until_stop();
}

struct in_configure {
    static constexpr tactus::plugin_info info = who("throws.configure", "throws_in_configure");
    in_configure() { throw std::runtime_error("I was not made for this."); }
    task<> run(context& here) { return wait_for_ever(here); }
};

struct in_start {
    static constexpr tactus::plugin_info info = who("throws.start", "throws_in_start");
    task<> run(context&) { throw std::runtime_error("I cannot begin."); }
};

struct in_done {
    static constexpr tactus::plugin_info info = who("throws.done", "throws_in_done");
    task<> run(context& here) {
        co_await here.sleep_for(a_while);
        throw std::runtime_error("I have waited for nothing.");
    }
};

struct in_post {
    static constexpr tactus::plugin_info info = who("throws.post", "throws_in_post");
    task<> run(context& here) {
        co_await here.sleep_for(a_while);
        auto bad = [] { throw std::runtime_error("I was posted in vain."); };
        (void)here.post(bad);
        co_await here.until_stop();
    }
};

struct in_work {
    static constexpr tactus::plugin_info info = who("throws.work", "throws_in_work");
    task<> run(context& here) {
        auto bad = [] { throw std::runtime_error("I cannot work."); };
        co_await here.work(bad);
    }
};

struct in_stop {
    static constexpr tactus::plugin_info info = who("throws.stop", "throws_in_stop");
    task<> run(context& here) {
        co_await here.until_stop();
        throw std::runtime_error("I will not go.");
    }
};

struct no_exception {
    static constexpr tactus::plugin_info info = who("throws.int", "throws_an_int");
    task<> run(context& here) {
        co_await here.sleep_for(a_while);
        throw 42;
    }
};

} // namespace

TACTUS_PLUGINS(in_configure, in_start, in_done, in_post, in_work, in_stop, no_exception);

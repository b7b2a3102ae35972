// SPDX-License-Identifier: MIT
// Plugins that throw, one class for each place where the author's code runs.
#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string_view>

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

struct in_spawned {
    static constexpr tactus::plugin_info info = who("throws.spawned", "throws_in_spawned");
    static task<> soon(context& here) {
        co_await here.sleep_for(a_while);
        throw std::runtime_error("I was not to be born.");
    }
    task<> run(context& here) {
        here.spawn("child", soon(here));
        return wait_for_ever(here);
    }
};

struct in_check {
    struct config {
        std::int64_t size = 0;
    };
    static constexpr tactus::plugin_info info = who("throws.check", "throws_in_check");
    static constexpr auto options =
        tactus::options(tactus::option(&config::size, "size", "0", "Looked at, in vain."));
    explicit in_check(config) {}
    static void check(const config&) { throw std::runtime_error("I see nothing."); }
    task<> run(context& here) { return wait_for_ever(here); }
};

// An output that is up, and takes what it is given.
struct output {
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_OSC);
    task<> run(context& here) {
        here.ports().add(tactus::port_info("p", tactus::port_state::up));
        co_await here.until_stop();
    }
    tactus::send_result send(tactus::batch_view batch) { return tactus::send_result::all(batch); }
};

struct in_send : output {
    static constexpr tactus::plugin_info info = who("throws.send", "throws_in_send");
    tactus::send_result send(tactus::batch_view) { throw std::runtime_error("I drop it."); }
};

// What is thrown says "full"; it must not be kept for later, as a send that answers so.
struct in_send_full : output {
    static constexpr tactus::plugin_info info = who("throws.send_full", "throws_full_in_send");
    tactus::send_result send(tactus::batch_view) {
        throw tactus::failure(TACTUS_E_AGAIN, "I am full.");
    }
};

struct in_send_on_worker : output {
    static constexpr tactus::plugin_info info = who("throws.blocking", "throws_in_blocking_send");
    static constexpr bool may_block = true;
    tactus::send_result send(tactus::batch_view) { throw std::runtime_error("I drop it here."); }
};

struct in_ahead : output {
    static constexpr tactus::plugin_info info = who("throws.ahead", "throws_in_ahead");
    std::chrono::nanoseconds ahead() const { throw std::runtime_error("I look back."); }
};

struct in_flush : output {
    static constexpr tactus::plugin_info info = who("throws.flush", "throws_in_flush");
    void flush(std::uint32_t) { throw std::runtime_error("I keep it."); }
};

struct in_flush_on_worker : output {
    static constexpr tactus::plugin_info info = who("throws.flushing", "throws_in_blocking_flush");
    static constexpr bool may_block = true;
    void flush(std::uint32_t) { throw std::runtime_error("I keep it here."); }
};

struct in_want_port : output {
    static constexpr tactus::plugin_info info = who("throws.want_port", "throws_in_want_port");
    tactus::port_answer want_port(std::string_view) { throw std::runtime_error("I want none."); }
};

// Emits one event that it hears of.
struct in_report {
    static constexpr tactus::plugin_info info = who("throws.report", "throws_in_report");
    task<> run(context& here) {
        static constexpr std::uint8_t osc[] = {'/', 'n', 0, 0, ',', 0, 0, 0};
        tactus::batch_builder batch(1);
        batch.add_borrowed(TACTUS_PROTO_OSC, osc)->tag = 1;
        co_await here.emit(batch.view());
        co_await here.until_stop();
    }
    std::uint32_t outcomes_wanted() const { return TACTUS_OUTCOME_DROPPED; }
    void report(std::span<const tactus_outcome>, std::uint64_t) {
        throw std::runtime_error("I will not hear it.");
    }
};

struct in_outcomes_wanted {
    static constexpr tactus::plugin_info info = who("throws.wanted", "throws_in_outcomes_wanted");
    task<> run(context& here) { return wait_for_ever(here); }
    std::uint32_t outcomes_wanted() const { throw std::runtime_error("I know not what I want."); }
    void report(std::span<const tactus_outcome>, std::uint64_t) {}
};

struct in_list_ports : output {
    static constexpr tactus::plugin_info info = who("throws.list", "throws_in_list_ports");
    static void list_ports(const tactus::port_visitor& visit) {
        visit.found("OSC", "the first");
        throw std::runtime_error("I lost count.");
    }
};

} // namespace

TACTUS_PLUGINS(in_configure, in_start, in_done, in_post, in_work, in_stop, no_exception, in_spawned,
               in_check, in_send, in_send_full, in_send_on_worker, in_ahead, in_flush,
               in_flush_on_worker, in_want_port, in_report, in_outcomes_wanted, in_list_ports);

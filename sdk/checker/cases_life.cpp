// SPDX-License-Identifier: MIT
// Tests of the life of an instance: create, configure, start, stop, destroy, in all orders that the
// daemon uses.
#include "check_case.hpp"
#include "check_process.hpp"
#include "scenario.hpp"
#include "sleep_meter.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <thread>

namespace tactus::checker {
namespace {

using testing::test_instance;

constexpr int lives = 100;
constexpr int lives_least = 4;
constexpr int growths_max = 4;
constexpr std::size_t leak_least = 8; // bytes a life
constexpr std::size_t page = 4096;
constexpr std::int64_t hour_ns = 3'600'000'000'000;

void create_and_destroy(subject& plugin) {
    const auto made = plugin.make();
    const tactus_plugin& raw = *made->plugin();
    require(raw.struct_size >= sizeof(tactus_plugin),
            "struct_size of its tactus_plugin is " + std::to_string(raw.struct_size) + ".");
    require(raw.flags == 0, "flags of its tactus_plugin are not 0.");
    require(raw.configure != nullptr && raw.start != nullptr && raw.stop != nullptr &&
                raw.destroy != nullptr && raw.get_interface != nullptr,
            "A function of its tactus_plugin is NULL.");
    subject::end(*made);
}

void create_two(subject& plugin) {
    const auto first = plugin.make();
    const auto second = plugin.make();
    require(first->plugin() != second->plugin(), "Two instances are one object.");
    subject::end(*first);
    static_cast<void>(second->configure());
    subject::end(*second);
}

void find_interfaces(subject& plugin) {
    const auto made = plugin.make();
    tactus_plugin* const raw = made->plugin();
    const auto find = [&](const char* id) {
        return made->host.call_plugin("get_interface", [&] { return raw->get_interface(raw, id); });
    };
    for (const char* id : {"no.such/0", "", "tactus.output/1", "tactus.output/"}) {
        require(find(id) == nullptr, std::string("It says to have the interface \"") + id + "\".");
    }
    const bool is_output = plugin.is(TACTUS_KIND_OUTPUT);
    require(!is_output || find(TACTUS_OUTPUT_0) != nullptr,
            "It is an output, and has no interface tactus.output/0.");
    require(is_output || find(TACTUS_OUTPUT_0) == nullptr,
            "It has an interface tactus.output/0, and its descriptor says that it is an input.");
    for (const char* id : {TACTUS_OUTPUT_0, TACTUS_OUTCOME_0, TACTUS_DISCOVER_0}) {
        const void* const table = find(id);
        const void* elsewhere = nullptr;
        std::thread([&] { elsewhere = raw->get_interface(raw, id); }).join();
        require(table == find(id) && table == elsewhere,
                std::string(id) + " is another table each time, and must be static.");
    }
    subject::end(*made);
}

void configure(subject& plugin) {
    const auto made = plugin.make();
    const tactus_status status = made->configure();
    require(status == TACTUS_OK,
            "It refuses its defaults, with made-up values for required options, with status " +
                std::to_string(status) + ": " + made->host.error_text +
                " If it needs other values, give them by --set.");
    require(made->host.calls == 0, "configure has side effects: it calls the host for more than "
                                   "interfaces, the time, the log and set_error.");
    subject::end(*made);
}

void configure_with_failing_host(subject& plugin) {
    for (const tactus_status status : {TACTUS_E_INVALID, TACTUS_E_INTERNAL, -99}) {
        const auto made = plugin.make();
        made->config.fail_getters(status);
        const tactus_status answer = made->configure();
        require(answer <= TACTUS_OK, "configure returns a positive status.");
        require(
            answer < TACTUS_OK || made->config.failed_reads() == 0,
            "configure returns TACTUS_OK although a value cannot be read: it ignores the status "
            "of a getter.");
        subject::end(*made);
    }
}

void start_and_stop(subject& plugin) {
    const auto made = plugin.start();
    require(made->is_running(), "In its first turn, without being asked to stop, it calls "
                                "stopped() with status " +
                                    std::to_string(made->host.stopped.value_or(TACTUS_OK)) + ". " +
                                    made->host.error_text);
    made->stop();
    require(made->host.stopped.has_value(), "After stop() it does not call stopped().");
    require(*made->host.stopped == TACTUS_OK, "Asked to stop, it calls stopped() with status " +
                                                  std::to_string(*made->host.stopped) + ".");
    subject::end(*made);
}

void stop_in_same_turn(subject& plugin) {
    const auto made = plugin.make();
    static_cast<void>(made->configure());
    const tactus_status status = made->start_only();
    require(status == TACTUS_OK, "It refuses to start.");
    made->stop();
    require(made->host.stopped.has_value(),
            "Stopped before any op was done, it does not call stopped().");
    subject::end(*made);
}

bool names_streams(const tactus_descriptor& of) {
    const char* const* each = of.requires_interfaces;
    while (each != nullptr && *each != nullptr && std::string_view(*each) != TACTUS_STREAM_0) {
        ++each;
    }
    return each != nullptr && *each != nullptr;
}

void live_whole(subject& plugin) {
    const auto made = plugin.start();
    live(*made);
    require(made->host.streams().empty() || names_streams(made->descriptor()),
            "It has connections, and does not name TACTUS_STREAM_0 among the interfaces that it "
            "requires: the daemon allows it none.");
    require(made->is_running(), "It ends by itself with status " +
                                    std::to_string(made->host.stopped.value_or(TACTUS_OK)) +
                                    ", and nothing has failed. " + made->host.error_text);
    made->stop();
    subject::end(*made);
}

// After so many steps of its life, counted in calls into the plugin.
bool stop_after(subject& plugin, int steps) {
    const auto made = plugin.make();
    static_cast<void>(made->configure());
    require(made->start_only() == TACTUS_OK, "It refuses to start.");
    constexpr int turns_max = 40;
    int left = steps;
    for (int turn = 0; turn < turns_max && left > 0 && made->is_running(); ++turn) {
        stimulate(made->host, turn);
        while (left > 0 && made->is_running() && made->host.step()) {
            --left;
        }
        const std::int64_t now_ns = made->host.now_ns();
        made->host.skip_to(std::max(made->host.next_deadline_ns().value_or(now_ns), now_ns));
    }
    if (made->is_running()) {
        made->stop();
    }
    require(made->host.stopped.has_value(), "Stopped after " + std::to_string(steps) +
                                                " calls into it, it does not call stopped().");
    subject::end(*made);
    return left == 0;
}

void stop_at_each_await(subject& plugin) {
    constexpr int steps_max = 60;
    for (int steps = 0; steps < steps_max && stop_after(plugin, steps); ++steps) {
    }
}

void live_once(subject& plugin, int round) {
    const auto made = plugin.start();
    made->may_leave_resources = true; // a library may keep something from the first time
    live_one_round(*made, round);
    subject::end(*made);
}

// So many lives, or as many as half of the test's time has room for, `times` over, and a few at
// least: one with a long function of exec.work may take a second.
int lives_that_fit(subject& plugin, int most, int times) {
    using namespace std::chrono;
    const auto begin = steady_clock::now();
    live_once(plugin, 0);
    const double life_s = duration<double>(steady_clock::now() - begin).count();
    const double fitting = plugin.limit_s() / 2 / times / std::max(life_s, 1e-6);
    return std::max(lives_least, static_cast<int>(std::min<double>(fitting, most)));
}

void live_again_and_again(subject& plugin) {
    const int n = lives_that_fit(plugin, lives, 1);
    const testing::resources before = testing::resources::now();
    for (int i = 0; i < n; ++i) {
        live_once(plugin, i);
    }
    const std::string left = testing::left_since(before);
    require(left.empty(), "After " + std::to_string(n) + " lives it has " + left + ".");
}

void live_in_same_memory(subject& plugin) {
    const int n = lives_that_fit(plugin, lives / 2, growths_max + 1);
    const auto live_some = [&] {
        for (int i = 0; i < n; ++i) {
            live_once(plugin, 0);
        }
        return memory_in_use();
    };
    memory_use before = live_some();
    if (before.allocated == 0) {
        skip("Memory cannot be counted here.");
    }
    const auto grown_each = [n](std::size_t from, std::size_t to) {
        return to > from ? (to - from) / static_cast<std::size_t>(n) : 0;
    };
    // The memory that threads keep at hand varies. A leak grows each time: by the least of these.
    std::size_t allocated = std::numeric_limits<std::size_t>::max();
    std::size_t mapped = allocated;
    for (int i = 0; i < growths_max && (allocated >= leak_least || mapped >= page); ++i) {
        const memory_use now = live_some();
        allocated = std::min(allocated, grown_each(before.allocated, now.allocated));
        mapped = std::min(mapped, grown_each(before.mapped, now.mapped));
        before = now;
    }
    require(allocated < leak_least,
            "Each life leaves about " + std::to_string(allocated) + " bytes of memory.");
    require(mapped < page, "Each life leaves about " + std::to_string(mapped) + " bytes mapped.");
}

void wait_idle(subject& plugin) {
    const auto made = plugin.start();
    std::uint64_t calls = 0;
    made->host.calling = [&calls](const char* call) { calls += call != nullptr ? 1 : 0; };
    const std::int64_t end_ns = made->host.now_ns() + hour_ns / 60;
    while (made->is_running() && made->host.now_ns() < end_ns && calls < 600'000) {
        made->host.advance_to(made->host.now_ns() + hour_ns / 3600);
    }
    require(calls < 600'000, "In a minute without anything to do it wakes more than 10,000 times "
                             "a second.");
    made->host.calling = nullptr;
    subject::end(*made);
}

// "life" is the 8th: see life_cases.
constexpr std::array cases = std::to_array<check_case>({
    {"create", "create makes an instance with all functions, and calls nothing.", scope::instance,
     &create_and_destroy},
    {"create-two", "Two instances of one descriptor do not share their life.", scope::instance,
     &create_two},
    {"interfaces", "get_interface finds static tables, from any thread, and no others.",
     scope::instance, &find_interfaces},
    {"configure", "configure takes the defaults and does nothing else.", scope::instance,
     &configure},
    {"configure-unreadable", "configure refuses values that cannot be read.", scope::instance,
     &configure_with_failing_host},
    {"start-and-stop", "After start and stop it calls stopped() with the status OK.",
     scope::instance, &start_and_stop},
    {"stop-at-once", "It can be stopped in the turn in which it was started.", scope::instance,
     &stop_in_same_turn},
    {"life", "It keeps its contract while peers, time and events come.", scope::instance,
     &live_whole},
    {"stop-at-each-await", "It can be stopped after each of its calls.", scope::instance,
     &stop_at_each_await},
    {"life-100-times", "100 lives, fewer if each takes long, leave no descriptor and no thread.",
     scope::instance, &live_again_and_again},
    {"memory-100-times", "100 lives, fewer if each takes long, leave no memory.", scope::instance,
     &live_in_same_memory},
    {"idle", "Without anything to do it does not wake all the time.", scope::instance, &wait_idle},
});

} // namespace

// Up to "life": slower steps come later.
std::span<const check_case> life_cases() {
    return std::span(cases).first(8);
}
std::span<const check_case> long_life_cases() {
    return std::span(cases).subspan(8);
}

} // namespace tactus::checker

// SPDX-License-Identifier: MIT
// Tests of the effects of an instance on the process that it shares with the daemon and other
// plugins: output, threads, signals.
#include "check_case.hpp"
#include "check_process.hpp"
#include "process_state.hpp"
#include "scenario.hpp"

#include <tactus/cpp/utf8.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tactus::checker {
namespace {

using testing::test_host;
using testing::test_instance;

void finish(test_instance& made) {
    if (made.is_running()) {
        made.stop();
    }
    subject::end(made);
}

void write_nothing(subject& plugin) {
    const auto made = plugin.start();
    live(*made);
    finish(*made);
    const std::string text = written_so_far();
    require(text.empty(), "It writes to standard output or error, which are the daemon's: \"" +
                              text.substr(0, 200) + "\"; use the log.");
}

// Its own threads get real time here.
void keep_to_its_thread(subject& plugin) {
    using namespace std::chrono_literals;
    const auto made = plugin.start();
    for (int round = 0; round < rounds && made->is_running(); ++round) {
        live_one_round(*made, round);
        std::this_thread::sleep_for(10ms);
        made->host.settle();
    }
    finish(*made);
    std::this_thread::sleep_for(10ms);
    require(made->host.breaches.empty(),
            made->host.breaches.empty() ? ""
                                        : "A thread of its own: " + made->host.breaches.back());
}

void leave_process_alone(subject& plugin) {
    constexpr std::array signals = {SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGUSR1, SIGCHLD, SIGPIPE};
    static_cast<void>(plugin.entry());
    const std::vector<int> others = open_canaries();
    const std::string before = process_text(signals, others);
    const auto made = plugin.start();
    live(*made);
    const std::string during = process_text(signals, others);
    require(before == during,
            "It changes " + changed(before, during) + ", which is the whole process's.");
    finish(*made);
    const std::string after = process_text(signals, others);
    require(before == after,
            "It leaves " + changed(before, after) + " changed, which is the whole process's.");
    require(!has_children(), "It leaves a process that it has started.");
}

void show_valid_texts(subject& plugin) {
    const auto made = plugin.start();
    live(*made);
    for (const auto& [number, port] : made->host.ports) {
        require(is_utf8(port.name), "The name of its port " + port.key + " is no UTF-8.");
        require(!port.key.empty() && port.key.size() <= 255, "A port's key has no 1 to 255 bytes.");
    }
    for (const std::string& line : made->host.log) {
        require(is_utf8(line), "A line of its log is no UTF-8.");
    }
    finish(*made);
}

void list_ports(subject& plugin) {
    const auto made = plugin.make();
    const auto* const table = made->interface<tactus_discover_0>(TACTUS_DISCOVER_0);
    if (table == nullptr) {
        skip("It lists no ports.");
    }
    require(table->struct_size >= sizeof *table && table->list != nullptr,
            "Its tactus.discover/0 is not whole.");
    bool is_good = true;
    const auto visit = [](void* arg, tactus_str system, tactus_str name, tactus_str note) noexcept {
        for (const tactus_str each : {system, name, note}) {
            const bool is_text = each.len == 0 || (each.ptr != nullptr &&
                                                   is_utf8(std::string_view(each.ptr, each.len)));
            *static_cast<bool*>(arg) = *static_cast<bool*>(arg) && is_text;
        }
    };
    tactus_status status = TACTUS_OK;
    const auto call = [&] { status = table->list(made->plugin(), visit, &is_good); };
    made->host.call_plugin("list", [&] { made->host.on_worker(call); });
    require(status <= TACTUS_OK, "list returns a positive status.");
    require(is_good, "It lists a port whose texts are no UTF-8.");
    made->may_leave_resources = true; // a library may keep its connection
    subject::end(*made);
}

constexpr std::array cases = std::to_array<check_case>({
    {"quiet", "It writes nothing to standard output and error.", scope::instance, &write_nothing},
    {"threads", "Its own threads call only what they may, and are gone at the end.",
     scope::instance, &keep_to_its_thread},
    {"process", "It leaves signals, folder, locale and descriptors as they are.", scope::instance,
     &leave_process_alone},
    {"texts", "Lines of the log and names of ports are UTF-8.", scope::instance, &show_valid_texts},
    {"discover", "Its list of ports is valid.", scope::instance, &list_ports},
});

} // namespace

std::span<const check_case> process_cases() {
    return cases;
}

} // namespace tactus::checker

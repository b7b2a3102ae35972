// SPDX-License-Identifier: MIT
// `tactus doctor`: how late this machine wakes, and which settings to change.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/daemon/checks/system_checks.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace tactus::cli {
namespace {

constexpr std::int64_t measured_ns = 2'000'000'000;

double in_us(std::int64_t ns) {
    return static_cast<double>(ns) / 1e3;
}

void print_text(const daemon::wake_lateness& seen, const std::vector<daemon::finding>& all) {
    std::printf(
        "wake-ups  %zu in 2 s%s: late p50 %.0f us, p90 %.0f us, p99 %.0f us, worst %.0f us\n",
        seen.wakes, seen.is_realtime ? ", real time" : "", in_us(seen.p50_ns), in_us(seen.p90_ns),
        in_us(seen.p99_ns), in_us(seen.worst_ns));
    for (const daemon::finding& each : all) {
        std::printf("%-4s %-13s %s\n", each.is_good ? "ok" : "FIX", each.subject.c_str(),
                    config::one_line(each.what).c_str());
        if (!each.fix.empty()) {
            print(stdout, "                   " + each.fix + "\n");
        }
    }
}

void print_json(const daemon::wake_lateness& seen, const std::vector<daemon::finding>& all) {
    std::string text;
    json_writer json(text);
    json.begin_object().member("wakes", seen.wakes);
    json.member("p50_ns", seen.p50_ns).member("p90_ns", seen.p90_ns).member("p99_ns", seen.p99_ns);
    json.member("worst_ns", seen.worst_ns).member("realtime", seen.is_realtime);
    json.begin_list("findings");
    for (const daemon::finding& each : all) {
        json.begin_object().member("subject", each.subject).member("good", each.is_good);
        json.member("what", each.what).member("fix", each.fix).end_object();
    }
    json.end_list().end_object();
    std::printf("%s\n", text.c_str());
}

} // namespace

int doctor(const list_options& options) {
    const daemon::wake_lateness seen = daemon::measure_wakes(measured_ns);
    const std::vector<daemon::finding> all = daemon::check_system();
    options.json ? print_json(seen, all) : print_text(seen, all);
    const bool is_good =
        std::all_of(all.begin(), all.end(), [](const auto& each) { return each.is_good; });
    return is_good ? exit_ok : exit_failure;
}

} // namespace tactus::cli

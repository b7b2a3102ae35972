// SPDX-License-Identifier: MIT
// "tactus.log/0" and "tactus.metrics/0" over an instance in virtual time.
#include "kernel/base/lateness_bounds.hpp"
#include "tests/kernel/host/instance_case.hpp"

#include <limits>
#include <map>
#include <optional>

namespace {

using namespace tactus;
using namespace tactus::testing;

struct metrics_case : instance_case {
    const tactus_metrics_0& metrics = table<tactus_metrics_0>(TACTUS_METRICS_0);
    std::uint32_t made = 0;

    tactus_status create(std::uint32_t kind, const char* name, const char* help = "A help.") {
        return metrics.create(host(), kind, name, help, &made);
    }
    [[nodiscard]] std::map<std::string, std::int64_t> values() const {
        std::map<std::string, std::int64_t> all;
        one->resources().metrics().for_each([&](const auto& each) { all[each.name] = each.value; });
        return all;
    }
};

TEST_CASE_METHOD(metrics_case, "counters only grow, gauges go both ways, from any thread") {
    REQUIRE(create(TACTUS_METRIC_COUNTER, "lost_bytes_total") == TACTUS_OK);
    const std::uint32_t counter = made;
    REQUIRE(create(TACTUS_METRIC_GAUGE, "peers") == TACTUS_OK);
    const std::uint32_t gauge = made;

    metrics.add(host(), counter, 5);
    metrics.add(host(), counter, -3);
    metrics.set(host(), counter, 99);
    (void)elsewhere([&] { return metrics.set(host(), gauge, 7), 0; });
    (void)elsewhere([&] { return metrics.add(host(), gauge, -2), 0; });
    metrics.add(host(), 0, 1);
    metrics.add(host(), 77, 1);

    CHECK(values() == std::map<std::string, std::int64_t>{{"lost_bytes_total", 5}, {"peers", 5}});
}

TEST_CASE_METHOD(metrics_case, "names that break the rules are refused") {
    CHECK(create(TACTUS_METRIC_COUNTER, "no_ending") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, "not_a_counter_total") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, "Peers") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, "_peers") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, "") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, nullptr) == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, "peers", nullptr) == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, "peers", "") == TACTUS_E_INVALID);
    CHECK(create(3, "peers") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, "peers") == TACTUS_OK);
    CHECK(create(TACTUS_METRIC_GAUGE, "peers") == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(metrics_case, "a help that is not UTF-8 is refused, and the reason is told") {
    const std::string help = GENERATE(as<std::string>{}, "\xFF", "a\xC3", "\xED\xA0\x80",
                                      "\xC0\xAF", "\xF4\x90\x80\x80");
    CHECK(create(TACTUS_METRIC_GAUGE, "peers", help.c_str()) == TACTUS_E_INVALID);
    CHECK(one->last_error().text == "The metric \"peers\" is refused: its help is not UTF-8.");
    CHECK(create(TACTUS_METRIC_GAUGE, "peers",
                 "Gr\xC3\xBC\xC3\x9F"
                 "e.") == TACTUS_OK);
}

TEST_CASE_METHOD(metrics_case, "a counter and a gauge stay at the end of their range") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    REQUIRE(create(TACTUS_METRIC_COUNTER, "bytes_total") == TACTUS_OK);
    metrics.add(host(), made, most);
    metrics.add(host(), made, most);
    CHECK(values()["bytes_total"] == most);
    REQUIRE(create(TACTUS_METRIC_GAUGE, "balance") == TACTUS_OK);
    metrics.set(host(), made, most - 1);
    metrics.add(host(), made, 5);
    CHECK(values()["balance"] == most);
    metrics.set(host(), made, least + 1);
    metrics.add(host(), made, -5);
    CHECK(values()["balance"] == least);
    REQUIRE(create(TACTUS_METRIC_HISTOGRAM, "wait_seconds") == TACTUS_OK);
    metrics.add(host(), made, most);
    metrics.add(host(), made, most);
    std::int64_t sum_ns = 0;
    one->resources().metrics().for_each([&](const auto& each) {
        sum_ns = each.durations != nullptr ? each.durations->take_snapshot().sum_ns : sum_ns;
    });
    CHECK(sum_ns == most);
}

TEST_CASE_METHOD(metrics_case, "a histogram takes durations, of 0 and more") {
    CHECK(create(TACTUS_METRIC_HISTOGRAM, "lateness") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_HISTOGRAM, "lateness_seconds_total") == TACTUS_E_INVALID);
    REQUIRE(create(TACTUS_METRIC_HISTOGRAM, "lateness_seconds") == TACTUS_OK);
    for (const std::int64_t ns : {0, 10'000, 10'001, 200'000'000, -1}) {
        metrics.add(host(), made, ns);
    }
    metrics.set(host(), made, 7);

    std::optional<base::histogram::snapshot> found;
    one->resources().metrics().for_each(
        [&](const auto& each) { found = each.durations->take_snapshot(); });
    REQUIRE(found.has_value());
    CHECK(found->count == 4);
    CHECK(found->sum_ns == 200'020'001);
    CHECK(found->buckets[0] == 2);
    CHECK(found->buckets[base::lateness_bounds_ns.size()] == 1);
}

TEST_CASE_METHOD(metrics_case, "series of one name differ by the value of their label") {
    REQUIRE(create(TACTUS_METRIC_COUNTER, "lost_total{reason=\"xrun\"}") == TACTUS_OK);
    metrics.add(host(), made, 3);
    REQUIRE(create(TACTUS_METRIC_COUNTER, "lost_total{reason=\"full\"}") == TACTUS_OK);
    metrics.add(host(), made, 4);
    CHECK(create(TACTUS_METRIC_COUNTER, "lost_total{reason=\"full\"}") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_COUNTER, "lost_total{cause=\"wire\"}") == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_COUNTER, "lost_total") == TACTUS_E_INVALID);
    std::map<std::string, std::int64_t> found;
    one->resources().metrics().for_each([&](const auto& each) {
        found[each.name + "/" + each.label + "/" + each.label_value] = each.value;
    });
    CHECK(found == std::map<std::string, std::int64_t>{{"lost_total/reason/full", 4},
                                                       {"lost_total/reason/xrun", 3}});
}

TEST_CASE_METHOD(metrics_case, "a label that breaks the rules is refused") {
    const std::string at_length(32, 'v');
    const std::string label = GENERATE_COPY(
        as<std::string>{}, "{", "{}", "{a}", "{a=b}", "{a=\"b}", "{a=\"}", "{a=\"\"}", "{=\"b\"}",
        "{a=\"b\"} ", "{a=\"b\",c=\"d\"}", "{a=\"B\"}", "{A=\"b\"}", "{1=\"b\"}", "{a=\"b\n\"}",
        "{plugin=\"b\"}", "{a=\"" + at_length + "v\"}", "{" + at_length + "v=\"b\"}");
    CAPTURE(label);
    CHECK(create(TACTUS_METRIC_GAUGE, ("peers" + label).c_str()) == TACTUS_E_INVALID);
    CHECK(create(TACTUS_METRIC_GAUGE, ("peers{a=\"" + at_length + "\"}").c_str()) == TACTUS_OK);
}

TEST_CASE_METHOD(metrics_case, "32 series are taken, one more is not") {
    for (int i = 0; i < 32; ++i) {
        REQUIRE(create(TACTUS_METRIC_GAUGE, ("g" + std::to_string(i)).c_str()) == TACTUS_OK);
    }
    CHECK(create(TACTUS_METRIC_GAUGE, "more") == TACTUS_E_NOMEM);
}

TEST_CASE_METHOD(metrics_case, "after start no series is made, nor on another thread") {
    CHECK(elsewhere([&] { return create(TACTUS_METRIC_GAUGE, "g"); }) == TACTUS_E_WRONG_THREAD);
    start();
    CHECK(create(TACTUS_METRIC_GAUGE, "g") == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(metrics_case, "a thread may count while further series are made") {
    REQUIRE(create(TACTUS_METRIC_GAUGE, "first") == TACTUS_OK);
    const std::uint32_t first = made;
    std::thread counting([&] {
        for (int i = 0; i < 1000; ++i) {
            metrics.add(host(), first, 1);
        }
    });
    for (int i = 0; i < 20; ++i) {
        REQUIRE(create(TACTUS_METRIC_GAUGE, ("g" + std::to_string(i)).c_str()) == TACTUS_OK);
    }
    counting.join();

    CHECK(values()["first"] == 1000);
}

struct log_case : started_input {
    const tactus_log_0& log = table<tactus_log_0>(TACTUS_LOG_0);
    void write(std::uint32_t level, std::string_view text) { log.write(host(), level, str(text)); }
};

TEST_CASE_METHOD(log_case, "levels are told apart, unknown ones count as errors") {
    CHECK(log.enabled(host(), TACTUS_LOG_DEBUG) == 0);
    CHECK(log.enabled(host(), TACTUS_LOG_INFO) == 1);
    CHECK(log.enabled(host(), TACTUS_LOG_ERROR) == 1);
    CHECK(log.enabled(host(), 17) == 1);
    CHECK(elsewhere([&] { return log.enabled(host(), TACTUS_LOG_INFO); }) == 1);
}

TEST_CASE_METHOD(log_case, "a flood of lines is held back and counted") {
    for (int i = 0; i < 30; ++i) {
        write(TACTUS_LOG_WARNING, "It rains.");
    }
    CHECK(fixture.log.counts().suppressed == 10);
}

TEST_CASE_METHOD(log_case, "lines that nobody would see cost no other line its place") {
    for (int i = 0; i < 1000; ++i) {
        write(TACTUS_LOG_DEBUG, "A detail.");
    }
    CHECK(fixture.log.counts().suppressed == 0);
    for (int i = 0; i < 20; ++i) {
        write(TACTUS_LOG_ERROR, "A fire.");
    }
    CHECK(fixture.log.counts().suppressed == 0);
}

TEST_CASE_METHOD(log_case, "a line may be empty and may come from any thread") {
    log.write(host(), TACTUS_LOG_INFO, {nullptr, 0});
    log.write(host(), TACTUS_LOG_INFO, {nullptr, 7}); // taken as empty
    (void)elsewhere([&] { return write(TACTUS_LOG_INFO, "Hello."), 0; });
    SUCCEED();
}

} // namespace

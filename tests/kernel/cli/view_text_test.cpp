// SPDX-License-Identifier: MIT
// Times, lateness and figures as the live view says them.
#include "kernel/base/lateness_bounds.hpp"
#include "kernel/cli/view_text.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <cstdlib>
#include <ctime>

namespace tactus::cli {
namespace {

base::histogram::snapshot recorded(std::initializer_list<std::int64_t> values_ns) {
    base::histogram made(base::lateness_bounds_ns);
    for (const std::int64_t value : values_ns) {
        made.record(value);
    }
    return made.take_snapshot();
}

std::string quantile(const base::histogram::snapshot& of, double share) {
    return quantile_text(of, base::lateness_bounds_ns, share);
}

void use_utc() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
}

constexpr std::int64_t noon_ns = 1'795'435'201'250'000'000; // 2026-11-23 12:00:01.250 UTC

TEST_CASE("durations are rounded up to what can be read") {
    REQUIRE(duration_text(0) == "0 us");
    REQUIRE(duration_text(1) == "1 us");
    REQUIRE(duration_text(18'000) == "18 us");
    REQUIRE(duration_text(18'001) == "19 us");
    REQUIRE(duration_text(999'000) == "999 us");
    REQUIRE(duration_text(999'001) == "1 ms");
    REQUIRE(duration_text(1'900'000) == "1.9 ms");
    REQUIRE(duration_text(1'900'001) == "2 ms");
    REQUIRE(duration_text(9'900'000) == "9.9 ms");
    REQUIRE(duration_text(9'900'001) == "10 ms");
    REQUIRE(duration_text(250'000'000) == "250 ms");
    REQUIRE(duration_text(999'000'001) == "1.0 s");
    REQUIRE(duration_text(2'410'000'000) == "2.5 s");
}

TEST_CASE("what was handed over before its time is due, neither late nor early") {
    REQUIRE(lateness_text(18'000) == "18 us late");
    REQUIRE(lateness_text(0) == "0 us late");
    REQUIRE(lateness_text(-1'900'000) == "due in 1.9 ms");
}

TEST_CASE("a time of day has milliseconds") {
    use_utc();
    REQUIRE(time_of_day(noon_ns) == "12:00:01.250");
    REQUIRE(time_of_day(0) == "00:00:00.000");
}

TEST_CASE("a quantile is the bound of its bucket, never below the value") {
    const auto of = recorded({8'000, 30'000, 30'000, 200'000});
    REQUIRE(quantile(of, 0.25) == "<= 10 us");
    REQUIRE(quantile(of, 0.5) == "<= 50 us");
    REQUIRE(quantile(of, 0.75) == "<= 50 us");
    REQUIRE(quantile(of, 0.99) == "<= 250 us");
    REQUIRE(quantile(of, 1.0) == "<= 250 us");
}

TEST_CASE("one late event in a hundred does not move p99, two do") {
    base::histogram made(base::lateness_bounds_ns);
    for (int i = 0; i < 99; ++i) {
        made.record(5'000);
    }
    made.record(80'000'000);
    REQUIRE(quantile(made.take_snapshot(), 0.99) == "<= 10 us");
    made.record(80'000'000);
    REQUIRE(quantile(made.take_snapshot(), 0.99) == "<= 100 ms");
}

TEST_CASE("a quantile above all bounds says so, and without values there is none") {
    REQUIRE(quantile(recorded({100'000'001}), 0.5) == "> 100 ms");
    REQUIRE(quantile({}, 0.5) == "-");
}

TEST_CASE("a line says when, from where, to where, what and how late") {
    use_utc();
    const event_line line{noon_ns, "pulse", "projector", "/pulse/note_on 1 60 100", 18'000};
    REQUIRE(to_text(line, {5, 9}, false) ==
            "12:00:01.250  pulse -> projector  /pulse/note_on 1 60 100                       "
            "18 us late");
}

TEST_CASE("names of different lengths stand below one another") {
    use_utc();
    const std::string a = to_text({noon_ns, "a", "b", "x", 0}, {6, 9}, false);
    const std::string b = to_text({noon_ns, "osc-in", "projector", "x", 0}, {6, 9}, false);
    REQUIRE(a.find("x  ") == b.find("x  "));
    REQUIRE(a.size() == b.size());
}

TEST_CASE("only lateness that is felt is painted") {
    use_utc();
    const auto has_yellow = [](std::int64_t late_ns) {
        return to_text({noon_ns, "a", "b", "x", late_ns}, {}, true).find("\x1b[33m") !=
               std::string::npos;
    };
    REQUIRE_FALSE(has_yellow(felt_ns));
    REQUIRE(has_yellow(felt_ns + 1));
    REQUIRE(to_text({noon_ns, "a", "b", "x", felt_ns + 1}, {}, false).find('\x1b') ==
            std::string::npos);
}

std::vector<output_figures> two_outputs() {
    output_figures up{"projector", {}, 8};
    up.now.is_up = true;
    up.now.ledger.sent = 128;
    up.now.lateness = recorded({30'000, 40'000, 200'000});
    up.now.pending = 3;
    output_figures down{"synth", {}, 0};
    down.now.ledger.dropped_by.add(flow::dropped::output_down, 5);
    down.now.ledger.dropped_by.add(flow::dropped::too_late, 2);
    return {up, down};
}

TEST_CASE("figures are one line for each output") {
    const auto lines = status_lines(two_outputs());
    REQUIRE(lines.size() == 2);
    REQUIRE(lines[0] == "projector  128 sent (8/s)  late p50 <= 50 us, p99 <= 250 us  "
                        "0 dropped  3 waiting");
    REQUIRE(lines[1] == "synth      0 sent (0/s)  late p50 -, p99 -  7 dropped  0 waiting  down");
}

TEST_CASE("the summary says why events were dropped") {
    const auto lines = summary_lines(two_outputs());
    REQUIRE(lines[0] == "  projector  128 sent, late p50 <= 50 us, p99 <= 250 us, 0 dropped");
    REQUIRE(lines[1] == "  synth      0 sent, late p50 -, p99 -, "
                        "7 dropped (too_late 2, output_down 5)");
}

} // namespace
} // namespace tactus::cli

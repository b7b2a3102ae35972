// SPDX-License-Identifier: MIT
// Plugins that ask the host for what it refuses, one class for each rule that is broken.
#include <tactus/cpp/plugin.hpp>

#include <string>

namespace {

using tactus::context;
using tactus::port_info;
using tactus::port_state;
using tactus::task;

task<> wait_for_ever(context& here) {
    co_await here.until_stop();
}

constexpr char same_port[] = "same_port";
void add_twice(context& here) {
    here.ports().add(port_info("p", port_state::up));
    here.ports().add(port_info("p", port_state::up));
}

constexpr char many_ports[] = "many_ports";
void add_many(context& here) {
    for (int i = 0; i <= 256; ++i) {
        here.ports().add(port_info("p" + std::to_string(i), port_state::up));
    }
}

constexpr char empty_key[] = "empty_key";
void add_empty(context& here) {
    here.ports().add(port_info("", port_state::up));
}

constexpr char long_key[] = "long_key";
void add_long(context& here) {
    here.ports().add(port_info(std::string(256, 'k'), port_state::up));
}

constexpr char counter_name[] = "counter_name";
void count_without_total(context& here) {
    here.metrics().make_counter("events_ms", "Events.");
}

constexpr char gauge_name[] = "gauge_name";
void gauge_a_total(context& here) {
    here.metrics().make_gauge("events_total", "Events.");
}

constexpr char capital_name[] = "capital_name";
void gauge_a_capital(context& here) {
    here.metrics().make_gauge("Events", "Events.");
}

constexpr char long_name[] = "long_name";
void gauge_at_length(context& here) {
    here.metrics().make_gauge(std::string(65, 'n').c_str(), "Events.");
}

constexpr char taken_name[] = "taken_name";
void gauge_twice(context& here) {
    here.metrics().make_gauge("events", "Events.");
    here.metrics().make_gauge("events", "Events.");
}

constexpr char unit_name[] = "unit_name";
void histogram_without_unit(context& here) {
    here.metrics().make_histogram("events_late", "Events.");
}

constexpr char bad_label[] = "bad_label";
void gauge_with_bad_label(context& here) {
    here.metrics().make_gauge("events{Kind=\"note\"}", "Events.");
}

constexpr char no_help[] = "no_help";
void gauge_in_silence(context& here) {
    here.metrics().make_gauge("events", "");
}

constexpr char many_metrics[] = "many_metrics";
void gauge_much(context& here) {
    for (int i = 0; i <= 32; ++i) {
        here.metrics().make_gauge(("events_" + std::to_string(i)).c_str(), "Events.");
    }
}

constexpr char late_metric[] = "late_metric";
void gauge_late(context& here) {
    here.spawn("late", [](context& there) -> task<> {
        co_await there.sleep_for(std::chrono::milliseconds(10));
        there.metrics().make_gauge("events", "Events.");
    }(here));
}

template <const char* Type, void (*Break)(context&)>
struct breaks {
    static constexpr tactus::plugin_info info{Type, Type, "1", "tests", "MIT", "Breaks a rule."};
    task<> run(context& here) {
        Break(here);
        return wait_for_ever(here);
    }
};

} // namespace

TACTUS_PLUGINS(breaks<same_port, add_twice>, breaks<many_ports, add_many>,
               breaks<empty_key, add_empty>, breaks<long_key, add_long>,
               breaks<counter_name, count_without_total>, breaks<gauge_name, gauge_a_total>,
               breaks<capital_name, gauge_a_capital>, breaks<long_name, gauge_at_length>,
               breaks<taken_name, gauge_twice>, breaks<no_help, gauge_in_silence>,
               breaks<unit_name, histogram_without_unit>, breaks<bad_label, gauge_with_bad_label>,
               breaks<many_metrics, gauge_much>, breaks<late_metric, gauge_late>);

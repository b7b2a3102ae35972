// SPDX-License-Identifier: MIT
#include "midi_out.hpp"

#include "client_names.hpp"
#include "port_listing.hpp"

#include <algorithm>
#include <exception>

namespace midi {

using namespace tactus;

namespace {

connection_settings settings_of(const output_options& given, std::string_view instance) {
    connection_settings settings;
    settings.port = given.port.value_or(port_selector());
    settings.where_several = given.where_several;
    settings.virtual_port = given.virtual_port.value_or("");
    settings.client = given.client;
    settings.own_name = instance;
    settings.jack_client = client_names::name_for(
        {given.client, settings.own_name, false, given.virtual_port.has_value()});
    settings.is_exclusive = given.access == access_kind::exclusive;
    settings.has_running_status = given.has_running_status;
    settings.api = settings.is_exclusive ? api_choice::alsa : given.api;
    return settings;
}

void check_exclusive(const output_options& given) {
    if (given.virtual_port) {
        throw config_error("access",
                           "a virtual port is not hardware; \"exclusive\" needs a `port`.");
    }
    if (given.api == api_choice::jack || given.api == api_choice::rtmidi) {
        throw config_error("access", "only ALSA gives hardware to one program alone; set `api` to "
                                     "\"alsa\", or leave \"exclusive\" out.");
    }
}

wire_settings wire_of(const output_options& given) {
    constexpr std::size_t din_part = 8;
    constexpr std::size_t usb_part = 48; // a frame
    wire_settings settings;
    settings.part = static_cast<std::size_t>(given.sysex_chunk.value);
    settings.pause = given.sysex_pace;
    if (given.wire != wire_kind::none) {
        const bool is_din = given.wire == wire_kind::din;
        const std::size_t usual = is_din ? din_part : usb_part;
        settings.wire = is_din ? din_wire : usb_wire;
        settings.part = settings.part > 0 ? settings.part : usual;
    }
    return settings;
}

} // namespace

void output::check(const config& given) {
    check_ports(given.port, given.virtual_port, given.client);
    if (given.is_steady && (given.api == api_choice::alsa || given.api == api_choice::rtmidi)) {
        throw config_error("steady", "only JACK has frames to keep distances by; set `api` to "
                                     "\"jack\", or leave this out.");
    }
    if (given.access == access_kind::exclusive) {
        check_exclusive(given);
    } else if (given.has_running_status) {
        throw config_error("running_status", "the sequencer has no running status; set `access` to "
                                             "\"exclusive\", or leave this out.");
    }
    if (given.sysex_pace.count() > 0 && wire_of(given).part == 0) {
        throw config_error("sysex_pace", "pauses need `sysex_chunk`; set it, or leave this out.");
    }
}

output::output(config&& given, context& here)
    : here_(here), key_(given.port ? given.port->text() : *given.virtual_port),
      latency_(given.latency), has_sensing_(given.has_sensing),
      changes_(here, given.api == api_choice::jack ? "" : device_watch::devices),
      signals_{cross_thread_event(here), cross_thread_event(here)},
      wire_(here, {given.latency, given.is_steady, wire_of(given)},
            output_connection(settings_of(given, here.name()), here.log(),
                              {changes_.as_waker(), counting(counters_.xruns),
                               adding_to(counters_.lost_to_xrun), adding_to(counters_.lost_to_full),
                               observing(counters_.wire.lateness), clock_of(here), &periods_}),
            signals_, counters_.wire) {}

task<void> output::run(context& here) {
    counters_.attached =
        here.metrics().make_counter("midi_attached_total", "Times that a port was attached to.");
    port_ = here.ports().add(port_info(key_, port_state::offline));
    counters_.wire.lateness = here.metrics().make_histogram(
        "midi_lateness_seconds",
        "From when a message was to leave to its frame at JACK, or to when ALSA had taken it.");
    counters_.wire.cut = here.metrics().make_counter(
        "midi_cut_sysex_total", "SysEx that were given up when a part had been sent.");
    counters_.xruns = make_xruns(here);
    counters_.lost_to_xrun = here.metrics().make_counter(
        "midi_lost_behind_total{reason=\"xrun\"}",
        "Messages that were given to JACK in a period that it was late with; they may be lost.");
    counters_.lost_to_full = here.metrics().make_counter(
        "midi_lost_behind_total{reason=\"full\"}",
        "Events that were sent, and that a receiver which takes nothing any more did not get.");
    changes_.watch_devices();
    changes_.watch_periods(periods_);
    here.spawn("midi pace", keep_pace(here));
    if (has_sensing_) {
        here.spawn("midi sensing", keep_sensing(here));
    }
    here.spawn("midi long sysex", watch_long(here));
    std::exception_ptr ended;
    try {
        co_await follow(here);
    } catch (...) {
        ended = std::current_exception();
    }
    co_await shield(close(here));
    std::rethrow_exception(ended); // follow() ends only by an exception
}

task<void> output::follow(context& here) {
    auto check = [this] { return wire_.check_connection(); };
    for (;;) {
        changes_.reset();
        const connection_report now = co_await here.work(check);
        tell(here, now);
        co_await changes_.next(now.look_again);
    }
}

task<void> output::close(context& here) {
    auto last = [this] { return wire_.close(); };
    const bool has_left = co_await here.work(last);
    if (!has_left && is_up_) { // then the daemon takes the last ends to be in doubt
        here.ports().update(port_, port_info(key_, name_, port_state::offline));
    }
}

void output::tell(context& here, const connection_report& now) {
    counters_.attached.add(now.attached - attached_counted_);
    attached_counted_ = now.attached;
    if (now.is_up) {
        port_up_.set();
    } else {
        port_up_.reset();
    }
    const std::string& name = now.name.empty() ? key_ : now.name;
    const bool is_timed_anew = std::exchange(lookahead_, now.lookahead) != now.lookahead;
    if (now.is_up != is_up_ || name != name_ || is_timed_anew) {
        const port_state state = now.is_up ? port_state::up : port_state::offline;
        here.ports().update(port_, port_info(key_, name, state));
        is_up_ = now.is_up;
        name_ = name;
    }
}

send_result output::send(batch_view batch) noexcept {
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        const tactus_status status = wire_.give(batch[i]);
        if (status != TACTUS_OK) {
            return send_result(i, status);
        }
    }
    return send_result::all(batch);
}

task<void> output::keep_pace(context& here) {
    auto step = [this] { return wire_.step(); };
    for (;;) {
        co_await signals_.pace.wait();
        signals_.pace.reset();
        for (std::int64_t next_ns = 0; next_ns != wire_pace::never_ns;) {
            const wire_sender::pace_step now = co_await here.work(step);
            if (now.has_room) {
                here.ports().writable(port_);
            }
            next_ns = now.next_ns;
            if (next_ns != wire_pace::never_ns) {
                co_await here.sleep_until(time_at(next_ns));
            }
        }
    }
}

// Not woken while the port is away.
task<void> output::keep_sensing(context& here) {
    auto sense = [this] { return wire_.sense(); };
    for (;;) {
        co_await port_up_.wait();
        const std::int64_t next_ns = co_await here.work(sense);
        co_await here.sleep_until(time_at(next_ns));
    }
}

task<void> output::watch_long(context& here) {
    auto check_long = [this] { return wire_.check_long(); };
    for (;;) {
        co_await signals_.long_sysex.wait();
        signals_.long_sysex.reset();
        for (std::int64_t next_ns = 0; next_ns != wire_pace::never_ns;) {
            const std::int64_t until_ns = co_await here.work(check_long);
            next_ns = until_ns;
            if (next_ns != wire_pace::never_ns) {
                co_await here.sleep_until(time_at(next_ns));
            }
        }
    }
}

void output::list_ports(const port_visitor& visit) {
    list_system("ALSA", visit, [](std::string& why) {
        return open_alsa_output({listing_client, {}}, why);
    });
    list_system("JACK", visit, [](std::string& why) {
        return open_jack_output({listing_client, {}, true}, why);
    });
}

} // namespace midi

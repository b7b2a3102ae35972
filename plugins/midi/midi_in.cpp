// SPDX-License-Identifier: MIT
#include "midi_in.hpp"

#include "client_names.hpp"
#include "port_listing.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace midi {

using namespace tactus;

namespace {

source_settings settings_of(const input_options& given, std::string_view instance, waker wake,
                            waker xrun, quiet_timer& periods) {
    source_settings settings;
    settings.port = given.port.value_or(port_selector());
    settings.where_several = given.where_several;
    settings.virtual_port = given.virtual_port.value_or("");
    settings.own_name = instance;
    settings.api = given.api;
    settings.opening.client = given.client;
    settings.jack_client = client_names::name_for(
        {given.client, settings.own_name, true, given.virtual_port.has_value()});
    settings.opening.wake = wake;
    settings.opening.xrun = xrun;
    settings.opening.periods = &periods;
    settings.opening.is_steady = given.is_steady;
    settings.opening.pool_cells = given.pool.value_or(settings.opening.pool_cells);
    return settings;
}

} // namespace

input::input(config&& given, context& here)
    : changes_(here, given.api == api_choice::jack ? "" : device_watch::devices),
      sensing_begun_(here), has_sensing_(given.has_sensing),
      receiver_(here, given.unwanted, has_sensing_ ? sensing_begun_.as_waker() : waker()),
      connections_(settings_of(given, here.name(), changes_.as_waker(), counting(xruns_), periods_),
                   here.log(), receiver_),
      awaited_(given.port ? given.port->text() : given.virtual_port.value_or("")),
      gone_(here, given.when_gone, given.gone_grace,
            [this, &here](std::uint32_t port) { end_gone(here, port); }) {}

task<void> input::run(context& here) {
    attached_ =
        here.metrics().make_counter("midi_attached_total", "Times that a port was attached to.");
    xruns_ = make_xruns(here);
    receiver_.make_metrics();
    changes_.watch_devices();
    changes_.watch_periods(periods_);
    show_awaited(here, true);
    if (has_sensing_) {
        here.spawn("midi sensing", watch_sensing(here));
    }
    gone_.include_instance();
    here.spawn("midi gone", gone_.run());
    std::exception_ptr ended;
    try {
        co_await follow(here);
    } catch (...) {
        ended = std::current_exception();
    }
    co_await shield(close(here));
    std::rethrow_exception(ended); // follow() ends only by an exception
}

task<void> input::follow(context& here) {
    auto find_sources = [this] { return connections_.find_sources(); };
    for (;;) {
        changes_.reset();
        const sources_found found = co_await here.work(find_sources);
        const std::vector<wanted_port> wanted_ports = number(here, found.ports);
        auto listen = [this, &wanted_ports] { return connections_.listen(wanted_ports); };
        const std::vector<std::uint32_t> up = co_await here.work(listen);
        tell(here, up);
        co_await changes_.next(found.look_again);
    }
}

// Not woken while no source has sent active sensing.
task<void> input::watch_sensing(context& here) {
    auto end_silent = [this] { return connections_.end_silent(); };
    for (;;) {
        co_await sensing_begun_.wait();
        sensing_begun_.reset();
        for (std::int64_t next_ns = 0; next_ns != sensing_watch::never_ns;) {
            next_ns = co_await here.work(end_silent);
            if (next_ns != sensing_watch::never_ns) {
                co_await here.sleep_until(time_at(next_ns));
            }
        }
    }
}

task<void> input::close(context& here) {
    auto last = [this] { connections_.close(); };
    co_await here.work(last);
}

/// Returns each available port with its number in the daemon. Ports that went are forgotten, and
/// get their old number when they are back.
std::vector<wanted_port> input::number(context& here, const std::vector<port_candidate>& there) {
    std::erase_if(ports_, [&](const auto& each) {
        const bool is_there = std::any_of(there.begin(), there.end(),
                                          [&](const auto& one) { return one.name == each.first; });
        if (!is_there) {
            here.ports().remove(each.second.number);
        }
        return !is_there;
    });
    show_awaited(here, there.empty());
    std::vector<wanted_port> wanted_ports;
    for (const port_candidate& one : there) {
        known_port& port = ports_[one.name];
        if (port.number == 0) {
            port.key = keys_.key_for(one, there, [&](const std::string& key) {
                return std::any_of(ports_.begin(), ports_.end(),
                                   [&](const auto& other) { return other.second.key == key; });
            });
            port.number = here.ports().add(port_info(port.key, one.name, port_state::offline));
        }
        wanted_ports.push_back({one.name, port.number});
    }
    return wanted_ports;
}

/// An awaited port is shown as offline: the daemon can then report that it is missing.
void input::show_awaited(context& here, bool is_awaited) {
    if (is_awaited && awaited_port_ == 0) {
        awaited_port_ = here.ports().add(port_info(awaited_, port_state::offline));
    } else if (!is_awaited && awaited_port_ != 0) {
        here.ports().remove(std::exchange(awaited_port_, 0));
    }
}

void input::follow_gone(const std::vector<std::uint32_t>& up) {
    for (const gone_port& each : connections_.take_gone()) {
        if (gone_.ends()) {
            left_[each.port].add(each.sounding);
            gone_.gone(each.port);
        }
    }
    for (const std::uint32_t port : up) {
        gone_.back(port);
    }
}

/// The kernel knows what sounds as a note, even if a route has transposed it. The note-offs are for
/// events that routes have made of notes: OSC that is not a note.
void input::end_gone(context& here, std::uint32_t port) {
    here.end_sender(port);
    left_[port].end_all([&](std::span<const std::uint8_t> message) {
        tactus_event event{};
        event.bytes = message.data();
        event.size = static_cast<std::uint32_t>(message.size());
        event.protocol = TACTUS_PROTO_MIDI;
        event.flags = TACTUS_EVENT_SPARE_OTHERS;
        event.source = port;
        event.group = port;
        const tactus_batch one{sizeof(tactus_batch), 1, sizeof event, TACTUS_BATCH_DROPPABLE,
                               &event};
        here.try_emit(tactus::batch_view(one));
    });
    left_.erase(port);
}

void input::tell(context& here, const std::vector<std::uint32_t>& up) {
    follow_gone(up);
    attached_.add(connections_.times_attached() - attached_counted_);
    attached_counted_ = connections_.times_attached();
    for (auto& [name, port] : ports_) {
        const bool is_up = std::find(up.begin(), up.end(), port.number) != up.end();
        if (is_up != port.is_up) {
            port.is_up = is_up;
            here.ports().update(
                port.number,
                port_info(port.key, name, is_up ? port_state::up : port_state::offline));
        }
    }
}

void input::list_ports(const port_visitor& visit) {
    source_opening as;
    as.client = listing_client;
    list_system("ALSA", visit,
                [&as](std::string& why) { return open_alsa_input(as, nullptr, why); });
    list_system("JACK", visit,
                [&as](std::string& why) { return open_jack_input(as, nullptr, why); });
}

} // namespace midi

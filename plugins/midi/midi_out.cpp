// SPDX-License-Identifier: MIT
#include "midi_out.hpp"

#include "client_names.hpp"
#include "port_listing.hpp"

#include <algorithm>
#include <exception>

namespace midi {

using namespace tactus;

namespace {

link_settings settings_of(const output_options& given, std::string_view instance) {
    link_settings settings;
    settings.port = given.port.value_or(port_wish());
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
        throw config_error("access", "a virtual port is no hardware, and others connect to it; "
                                     "\"exclusive\" needs a `port`.");
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
        throw config_error("sysex_pace", "there are no pauses without `sysex_chunk`.");
    }
}

output::output(config&& given, context& here)
    : here_(here), key_(given.port ? given.port->text() : *given.virtual_port),
      latency_(given.latency), is_steady_(given.is_steady), has_sensing_(given.has_sensing),
      news_(here, given.api == api_choice::jack ? "" : device_watch::devices), pace_bell_(here),
      long_bell_(here), link_(settings_of(given, here.name()), here.log(),
            {news_.as_waker(), counting(counters_.xruns), adding_to(counters_.lost_to_xrun),
             adding_to(counters_.lost_to_full), clock_of(here)}),
      pace_(wire_of(given)) {}

task<void> output::run(context& here) {
    counters_.attached =
        here.metrics().make_counter("midi_attached_total", "Times that a port was attached to.");
    port_ = here.ports().add(port_info(key_, port_state::offline));
    counters_.cut = here.metrics().make_counter(
        "midi_cut_sysex_total", "SysEx that were given up when a part had been sent.");
    counters_.xruns = make_xruns(here);
    counters_.lost_to_xrun = here.metrics().make_counter(
        "midi_lost_behind_xrun_total",
        "Messages that were given to JACK in a period that it was late with; they may be lost.");
    counters_.lost_to_full = here.metrics().make_counter(
        "midi_lost_behind_full_total",
        "Events that were sent, and that a receiver which takes nothing any more did not get.");
    news_.watch_devices();
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
    std::rethrow_exception(ended); // follow() ends in no other way
}

task<void> output::follow(context& here) {
    auto check = [this] { return look_at_link(); };
    for (;;) {
        news_.reset();
        const link_report now = co_await here.work(check);
        tell(here, now);
        co_await news_.next(now.look_again);
    }
}

task<void> output::close(context& here) {
    auto last = [this] { link_.close(); };
    co_await here.work(last);
}

void output::tell(context& here, const link_report& now) {
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
        const tactus_status status = give(batch[i]);
        if (status != TACTUS_OK) {
            return send_result(i, status);
        }
    }
    return send_result::all(batch);
}

std::int64_t output::moment_of(const tactus_event& event) noexcept {
    const std::int64_t due_ns = event.due_ns - latency_.count();
    return is_steady_ ? steady_.moment_of({due_ns, event.received_ns},
                                          {link_.lookahead().count(), link_.period().count()})
                      : due_ns;
}

// A paced wire carries one after another, so all keep the same distance from this moment: what is
// known ahead came so much before it was due.
std::int64_t output::paced_moment(std::int64_t now_ns) const noexcept {
    return now_ns + link_.lookahead().count();
}

tactus_status output::give(const tactus_event& event) noexcept {
    const bool is_part = (event.flags & TACTUS_EVENT_SYSEX_PART) != 0;
    return is_part || !long_.is_idle() ? give_beside(event) : give_now(event);
}

tactus_status output::give_now(const tactus_event& event) noexcept {
    const wire_pace::bytes_view message = bytes_of(event);
    const std::int64_t now_ns = to_ns(here_.now());
    if (!pace_.has_room(message, now_ns)) {
        return wait_for_room();
    }
    return give_bytes(message, pace_.is_on() ? paced_moment(now_ns) : moment_of(event), now_ns);
}

// Bounds: the pace has room.
tactus_status output::give_bytes(wire_pace::bytes_view message, std::int64_t moment_ns,
                                 std::int64_t now_ns) noexcept {
    const bool is_short = !wire_pace::is_sysex(message);
    const part_limits limits = is_short ? part_limits() : link_.limits_of(message.size());
    const wire_pace::bytes_view part = pace_.first_part(message, limits);
    const tactus_status status = send_part({part, moment_ns}, now_ns);
    if (status == TACTUS_E_AGAIN) {
        return wait_for_room();
    }
    if (status == TACTUS_OK) {
        pace_.begin(message, part.size(), now_ns);
    }
    if (pace_.is_open()) {
        pace_bell_.ring();
    }
    return status;
}

tactus_status output::wait_for_room() noexcept {
    must_wait_ = true;
    pace_bell_.ring();
    return TACTUS_E_AGAIN;
}

// Where the MIDI system has no room nobody tells when it has; it is asked, first soon.
tactus_status output::send_part(const timed_part& part, std::int64_t now_ns) noexcept {
    constexpr std::int64_t retry_min_ns = 500'000;
    constexpr std::int64_t retry_max_ns = 4'000'000;
    const tactus_status status = link_.send(part.bytes, part.due_ns);
    if (status == TACTUS_E_AGAIN) {
        retry_span_ns_ = retry_ns_ == 0 ? retry_min_ns : std::min(retry_span_ns_ * 2, retry_max_ns);
        retry_ns_ = now_ns + retry_span_ns_;
        return status;
    }
    retry_ns_ = 0;
    if (status == TACTUS_OK) {
        sensing_.leaves(std::max(part.due_ns, now_ns));
    } else {
        pace_.drop();
    }
    return status;
}

void output::send_parts(std::int64_t now_ns) noexcept {
    constexpr int parts_max = 16; // then others may use this thread
    for (int i = 0; i < parts_max && retry_ns_ <= now_ns; ++i) {
        const wire_pace::bytes_view part = pace_.next_part(now_ns);
        if (part.empty()) {
            return;
        }
        const tactus_status status = send_part({part, paced_moment(now_ns)}, now_ns);
        if (status == TACTUS_OK) {
            pace_.part_sent(now_ns);
            long_.moved(now_ns);
        } else if (status != TACTUS_E_AGAIN) {
            long_.is_open() ? cut_long() : counters_.cut.add(1);
            return;
        }
    }
}

// On the worker: what is due of a SysEx, and whether whoever waits may go on.
output::pace_step output::step() noexcept {
    const std::int64_t now_ns = to_ns(here_.now());
    pace_step next;
    send_parts(now_ns);
    const bool must_send_kept = !long_.is_open() && !send_kept(now_ns);
    next.has_room = must_wait_ && !must_send_kept && std::max(pace_.room_ns(), retry_ns_) <= now_ns;
    must_wait_ = must_wait_ && !next.has_room;
    const bool waits = must_wait_ || must_send_kept;
    const std::int64_t next_ns =
        std::min(pace_.next_part_ns(), waits ? pace_.room_ns() : wire_pace::never_ns);
    next.next_ns = next_ns == wire_pace::never_ns ? next_ns : std::max(next_ns, retry_ns_);
    return next;
}

task<void> output::keep_pace(context& here) {
    auto look = [this] { return step(); };
    for (;;) {
        co_await pace_bell_.wait();
        pace_bell_.reset();
        for (std::int64_t next_ns = 0; next_ns != wire_pace::never_ns;) {
            const pace_step now = co_await here.work(look);
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

// On the worker: active sensing where it is due; when to look again. It is real-time, so it passes
// what waits, and between the parts of a SysEx; but these count as something sent, so it does only
// where they are further apart. A receiver that took the line to be cut would not take the rest.
std::int64_t output::sense() noexcept {
    constexpr std::uint8_t active_sensing[] = {0xFE};
    const std::int64_t now_ns = to_ns(here_.now());
    const std::int64_t lookahead_ns = link_.lookahead().count();
    if (sensing_.look_ns(lookahead_ns) <= now_ns) {
        const std::int64_t due_ns = std::max(sensing_.due_ns(), now_ns);
        const tactus_status status = link_.send(active_sensing, due_ns);
        if (status == TACTUS_E_AGAIN) {
            return now_ns + sensing_pace::retry_ns;
        }
        if (status == TACTUS_OK) {
            pace_.begin(active_sensing, 1, now_ns);
        }
        sensing_.leaves(due_ns); // or is lost, with all else
    }
    return sensing_.look_ns(lookahead_ns);
}

// While the port is away nothing is woken.
task<void> output::keep_sensing(context& here) {
    auto look = [this] { return sense(); };
    for (;;) {
        co_await port_up_.wait();
        const std::int64_t next_ns = co_await here.work(look);
        co_await here.sleep_until(time_at(next_ns));
    }
}

// What follows is urgent. The end of the SysEx, so that it is not taken for a part of it.
void output::flush(std::uint32_t) noexcept {
    const bool must_cut = pace_.is_open() || long_.is_open();
    pace_.drop();
    link_.flush();
    sensing_.flushed(to_ns(here_.now()));
    retry_ns_ = 0; // what it had no room for may be gone
    if (must_cut) {
        cut_long();
    }
}

// Other messages must not be answered TACTUS_E_AGAIN while it is open: its parts wait behind them
// in the worker. Afterwards they may be.
tactus_status output::give_beside(const tactus_event& event) noexcept {
    const wire_pace::bytes_view message = bytes_of(event);
    if ((event.flags & TACTUS_EVENT_SYSEX_PART) != 0) {
        return give_part(event);
    }
    if (message.size() == 1 && message[0] >= 0xF8) {
        return give_now(event);
    }
    if (long_.is_open()) {
        if (long_.keep({message, moment_of(event)})) {
            return TACTUS_OK;
        }
        cut_long();
    }
    return send_kept(to_ns(here_.now())) ? give_now(event) : wait_for_room();
}

tactus_status output::give_part(const tactus_event& part) noexcept {
    const wire_pace::bytes_view bytes = bytes_of(part);
    const std::int64_t now_ns = to_ns(here_.now());
    const bool is_last = bytes.back() == 0xF7;
    if (bytes[0] == 0xF0) {
        if (long_.is_open()) {
            cut_long();
        }
        if (!send_kept(now_ns)) {
            return wait_for_room();
        }
    } else if (!long_.is_open()) { // it was given up, and its end sent
        return is_last && bytes.size() == 1 ? TACTUS_OK : TACTUS_E_IO;
    }
    const tactus_status status = give_now(part);
    long_.moved(now_ns);
    if (status == TACTUS_OK && bytes[0] == 0xF0) {
        long_.begin(now_ns);
        long_bell_.ring();
    } else if (status == TACTUS_OK && is_last) {
        long_.finish();
        static_cast<void>(send_kept(now_ns));
    } else if (status != TACTUS_OK && status != TACTUS_E_AGAIN && long_.is_open()) {
        cut_long();
    }
    return status;
}

void output::cut_long() noexcept {
    pace_.drop();
    long_.cut();
    counters_.cut.add(1);
    static_cast<void>(send_kept(to_ns(here_.now())));
}

// What is owed since a SysEx in parts has ended. False: some is left, and the pace takes care of
// it. Bounds: it is not open.
bool output::send_kept(std::int64_t now_ns) noexcept {
    while (!long_.is_idle()) {
        const long_sysex_out::message next = long_.front();
        const bool has_room = retry_ns_ <= now_ns && pace_.has_room(next.bytes, now_ns);
        const std::int64_t moment_ns =
            pace_.is_on() ? paced_moment(now_ns) : std::max(next.moment_ns, std::int64_t{1});
        if (!has_room || give_bytes(next.bytes, moment_ns, now_ns) == TACTUS_E_AGAIN) {
            pace_bell_.ring();
            return false;
        }
        long_.pop();
    }
    return true;
}

// On the worker. When to look again; never_ns where it is over.
std::int64_t output::look_at_long() noexcept {
    const std::int64_t now_ns = to_ns(here_.now());
    if (long_.is_open() && (pace_.is_open() || must_wait_)) { // it is we who are slow
        long_.moved(now_ns);
    }
    if (long_.is_open() && long_.gives_up_ns() <= now_ns) {
        cut_long();
    }
    return long_.is_open() ? long_.gives_up_ns() : wire_pace::never_ns;
}

task<void> output::watch_long(context& here) {
    auto look = [this] { return look_at_long(); };
    for (;;) {
        co_await long_bell_.wait();
        long_bell_.reset();
        for (std::int64_t next_ns = 0; next_ns != wire_pace::never_ns;) {
            const std::int64_t until_ns = co_await here.work(look);
            next_ns = until_ns;
            if (next_ns != wire_pace::never_ns) {
                co_await here.sleep_until(time_at(next_ns));
            }
        }
    }
}

// A port that was attached to anew has not got the begin of what is under way.
link_report output::look_at_link() {
    const link_report now = link_.check();
    if (std::exchange(attached_seen_, now.attached) != now.attached && long_.is_open()) {
        cut_long();
    }
    return now;
}

void output::list_ports(const port_visitor& visit) {
    list_system("ALSA", visit, [](std::string& why) {
        return open_alsa({listing_client, {}}, why);
    });
    list_system("JACK", visit, [](std::string& why) {
        return open_jack({listing_client, {}, true}, why);
    });
}

} // namespace midi

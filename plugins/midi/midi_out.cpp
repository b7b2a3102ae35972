// SPDX-License-Identifier: MIT
#include "midi_out.hpp"

#include "port_listing.hpp"

#include <exception>

namespace midi {

using namespace tactus;

namespace {

link_settings settings_of(const output_options& given, std::string_view instance) {
    link_settings settings;
    settings.port = given.port.value_or("");
    settings.virtual_port = given.virtual_port.value_or("");
    settings.client = given.client;
    settings.own_name = instance;
    settings.api = given.api;
    return settings;
}

} // namespace

void output::check(const config& given) {
    check_ports(given.port, given.virtual_port, given.client);
}

output::output(config&& given, context& here)
    : key_(given.port ? *given.port : *given.virtual_port),
      news_(here, given.api == api_choice::jack ? "" : device_watch::devices),
      link_(settings_of(given, here.name()), here.log(), news_.as_waker()) {}

task<void> output::run(context& here) {
    attached_ =
        here.metrics().make_counter("midi_attached_total", "Times that a port was attached to.");
    port_ = here.ports().add(port_info(key_, port_state::offline));
    news_.watch_devices();
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
    auto check = [this] { return link_.check(); };
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
    attached_.add(now.attached - attached_counted_);
    attached_counted_ = now.attached;
    const std::string& name = now.name.empty() ? key_ : now.name;
    if (now.is_up != is_up_ || name != name_) {
        const port_state state = now.is_up ? port_state::up : port_state::offline;
        here.ports().update(port_, port_info(key_, name, state));
        is_up_ = now.is_up;
        name_ = name;
    }
}

send_result output::send(batch_view batch) noexcept {
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        const tactus_status status = link_.send(bytes_of(batch[i]));
        if (status != TACTUS_OK) {
            return send_result(i, status);
        }
    }
    return send_result::all(batch);
}

void output::list_ports(const port_visitor& visit) {
    list_system("ALSA", visit, [](std::string& why) { return open_alsa("tactus-list", why); });
    list_system("JACK", visit,
                [](std::string& why) { return open_jack("tactus-list", waker(), why); });
}

} // namespace midi

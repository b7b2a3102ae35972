// SPDX-License-Identifier: MIT
// MIDI out through RtMidi, to ALSA or JACK. This file is the loop's side: the options, the port as
// the daemon sees it, and when to look after the link. All that touches a MIDI system is link.hpp,
// on the worker thread. See README.md.
#include "link.hpp"
#include "sequencer.hpp"

#include <tactus/cpp/plugin.hpp>

#include <atomic>
#include <exception>
#include <optional>
#include <utility>

namespace midi_out {
namespace {

using namespace tactus;

constexpr const char* api_words[] = {"auto", "alsa", "jack", nullptr};

struct options_read {
    std::optional<std::string> port;
    std::optional<std::string> virtual_port;
    api_choice api = api_choice::automatic;
    std::string client;
};

class output {
public:
    static constexpr plugin_info info{"midi_out", "midi", "0.1.0",
                                      "tactus",   "MIT",  "MIDI to ALSA and JACK, through RtMidi."};
    static constexpr std::uint32_t protocols = protocol_bit(TACTUS_PROTO_MIDI);
    static constexpr bool may_block = true;
    static constexpr const char* const interfaces[] = {TACTUS_PORTS_0, TACTUS_TIMER_0};

    using config = options_read;
    static constexpr auto options = tactus::options(
        option(&config::port, "port", nullptr,
               "Name of the port to send to, or a pattern with *; it may come and go."),
        option(&config::virtual_port, "virtual", nullptr,
               "Name of a virtual port to make, for other programs to connect to."),
        option(&config::api, "api", "\"auto\"",
               "MIDI system; auto: ALSA where there is a sequencer, else JACK.")
            .choices(api_words),
        option(&config::client, "client", "\"tactus\"", "Our name among the system's clients."));

    static void check(const config& given);
    static void list_ports(const port_visitor& visit);

    output(config&& given, context& here);

    task<void> run(context& here);
    send_result send(batch_view batch) noexcept;

private:
    task<void> follow(context& here);
    task<void> next_news(context& here, std::chrono::milliseconds at_latest);
    task<void> sleep(context& here, std::chrono::milliseconds span);
    task<void> woken();
    task<void> watch_devices(context& here);
    task<void> close(context& here);
    void tell(context& here, const link_report& now);
    void wake() noexcept;

    context& here_;
    const std::string key_;
    link link_;            // the worker's
    device_watch devices_; // the loop's, as all that follows
    event news_;
    counter attached_;
    std::uint32_t attached_counted_ = 0;
    std::uint32_t port_ = 0;
    std::string name_; // as told to the host
    bool is_up_ = false;
    // Set by whoever posts, cleared on the loop: one post is under way at most. Relaxed: the post
    // itself orders what it tells of.
    std::atomic<bool> is_wake_posted_{false};
};

void check_name(const char* key, const std::string& name, std::size_t size_max) {
    if (name.empty() || name.size() > size_max) {
        throw config_error(key, "a name of 1 to " + std::to_string(size_max) + " bytes is needed.");
    }
}

void output::check(const config& given) {
    if (!given.port && !given.virtual_port) {
        throw config_error("port", "one of `port` and `virtual` is needed: an existing port to "
                                   "send to, or a new one that others connect to.");
    }
    if (given.port && given.virtual_port) {
        throw config_error("virtual", "`port` and `virtual` exclude one another.");
    }
    given.port ? check_name("port", *given.port, 255)
               : check_name("virtual", *given.virtual_port, 128);
    check_name("client", given.client, 32);
    if (given.client.find(':') != std::string::npos) {
        throw config_error("client", "a client's name has no colon.");
    }
}

waker waking(void* to, void (*call)(void*) noexcept) noexcept {
    waker made;
    made.call = call;
    made.context = to;
    return made;
}

link_settings settings_of(const options_read& given, std::string_view instance) {
    link_settings settings;
    settings.port = given.port.value_or("");
    settings.virtual_port = given.virtual_port.value_or("");
    settings.client = given.client;
    settings.own_name = instance;
    settings.api = given.api;
    return settings;
}

output::output(config&& given, context& here)
    : here_(here), key_(given.port ? *given.port : *given.virtual_port),
      link_(settings_of(given, here.name()), here.log(),
            waking(this, [](void* self) noexcept { static_cast<output*>(self)->wake(); })),
      devices_(given.api == api_choice::jack ? "" : device_watch::devices) {}

task<void> output::run(context& here) {
    attached_ = here.metrics().make_counter("midi_attached_total",
                                            "Times that an output was attached to its port.");
    port_ = here.ports().add(port_info(key_, port_state::offline));
    if (devices_.fd() >= 0) {
        here.spawn("midi devices", watch_devices(here));
    }
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
        co_await next_news(here, now.look_again);
    }
}

task<void> output::next_news(context& here, std::chrono::milliseconds at_latest) {
    if (at_latest.count() == 0) {
        co_await news_.wait();
    } else {
        const auto first = co_await when_any(woken(), sleep(here, at_latest));
        static_cast<void>(first);
    }
}

task<void> output::sleep(context& here, std::chrono::milliseconds span) {
    co_await here.sleep_for(span);
}

task<void> output::woken() {
    co_await news_.wait();
}

task<void> output::watch_devices(context& here) {
    for (;;) {
        co_await here.readable(devices_.fd());
        devices_.drain();
        news_.set();
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

// Threads: any.
void output::wake() noexcept {
    if (is_wake_posted_.exchange(true, std::memory_order_relaxed)) {
        return;
    }
    const auto set = [this] {
        is_wake_posted_.store(false, std::memory_order_relaxed);
        news_.set();
    };
    bool is_posted = false;
    try {
        is_posted = here_.post(set);
    } catch (const std::bad_alloc&) {
        is_posted = false;
    }
    if (!is_posted) {
        is_wake_posted_.store(false, std::memory_order_relaxed);
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

template <class Open>
void list_system(const char* name, const port_visitor& visit, Open open) {
    try {
        std::string why;
        const std::unique_ptr<midi_system> system = open(why);
        if (system == nullptr) {
            visit.missing(name, why);
            return;
        }
        for (const std::string& port : system->ports()) {
            visit.found(name, port);
        }
    } catch (const failure& failed) {
        visit.missing(name, failed.text());
    }
}

void output::list_ports(const port_visitor& visit) {
    list_system("ALSA", visit, [](std::string& why) { return open_alsa("tactus-list", why); });
    list_system("JACK", visit, [](std::string& why) {
        return open_jack("tactus-list", waking(nullptr, [](void*) noexcept {}), why);
    });
}

} // namespace
} // namespace midi_out

TACTUS_PLUGINS(midi_out::output);

// SPDX-License-Identifier: MIT
#include "kernel/daemon/discovery.hpp"

#include "kernel/daemon/version.hpp"

#include <tactus/iface/discover.h>

#include <utility>

namespace tactus::daemon {
namespace {

std::string text_of(tactus_str text) {
    return text.len == 0 ? std::string() : std::string(text.ptr, text.len);
}

base::log_settings only_warnings() {
    base::log_settings settings;
    settings.level = base::log_level::warning;
    return settings;
}

} // namespace

// One plugin that is asked. The worker's thread writes `found` and `status`; the loop reads them
// after `is_answered`, which is set on the loop.
struct discovery::question {
    question(const host::surroundings& around, loop::loop& its_loop)
        : turned(its_loop), instance(around, {"discovery", host::role::output, 0},
                                     [this](tactus_status) { turned.stop(); }) {}

    loop::loop& turned;
    host::instance instance;
    const tactus_discover_0* discover = nullptr;
    tactus_plugin* plugin = nullptr;
    std::vector<discovered_port> found;
    tactus_status status = TACTUS_OK;
    bool is_answered = false;
};

result<std::unique_ptr<discovery>> discovery::make(std::int64_t limit_ns) {
    const time::real_clock clock;
    flow::queue_limits smallest;
    smallest.pending = {16, std::uint64_t{1} << 20};
    smallest.block_bytes = std::uint64_t{1} << 20;
    result<flow::timed_queue> queue = flow::timed_queue::make(smallest, clock.now_ns());
    if (!queue) {
        return unexpected<error>(queue.error());
    }
    std::unique_ptr<discovery> made(new discovery(std::move(*queue), limit_ns));
    const result<std::uint16_t> output = made->dispatcher_.add_output({});
    if (!output) {
        return unexpected<error>(output.error());
    }
    return made;
}

discovery::discovery(flow::timed_queue queue, std::int64_t limit_ns)
    : limit_ns_(limit_ns), log_(only_warnings()), loop_(clock_), timebase_(clock_),
      dispatcher_(std::move(queue), clock_),
      ingress_(dispatcher_, timebase_, clock_), around_{loop_,    timebase_, ingress_, dispatcher_,
                                                        waiters_, log_,      version} {}

discovery::~discovery() {
    for (std::unique_ptr<question>& hung : quarantine_) {
        (void)hung.release(); // its thread may still be inside: the process ends with it
    }
}

result<std::vector<discovered_port>> discovery::list(const host::found_plugin& plugin) {
    auto asked = std::make_unique<question>(around_, loop_);
    if (result<void> made = asked->instance.create(*plugin.entry, *plugin.descriptor); !made) {
        return unexpected<error>(made.error());
    }
    asked->discover =
        static_cast<const tactus_discover_0*>(asked->instance.plugin_interface(TACTUS_DISCOVER_0));
    if (asked->discover == nullptr || asked->discover->list == nullptr) {
        asked->instance.destroy();
        return std::vector<discovered_port>();
    }
    asked->plugin = asked->instance.plugin_object();
    ask(*asked);
    if (!asked->is_answered) {
        asked->instance.quarantine(flow::dropped::output_stalled);
        quarantine_.push_back(std::move(asked));
        return fail(error_kind::io,
                    std::string("The plugin ") + plugin.descriptor->id + " did not answer within " +
                        std::to_string(limit_ns_ / 1'000'000) + " ms; its ports are unknown.");
    }
    wind_down(asked->instance);
    if (asked->status < 0) {
        const std::string& why = asked->instance.last_error().text;
        return fail(error_kind::io, std::string("The plugin ") + plugin.descriptor->id +
                                        " could not list its ports" +
                                        (why.empty() ? "." : ": " + why));
    }
    return std::move(asked->found);
}

// On the instance's worker, since it may block; the loop turns until the answer or the limit.
void discovery::ask(question& asked) {
    asked.instance.own_worker().submit(
        [](void* arg) noexcept {
            auto& on = *static_cast<question*>(arg);
            on.status = on.discover->list(
                on.plugin,
                [](void* to, tactus_str system, tactus_str name, tactus_str note) noexcept {
                    auto& found = static_cast<question*>(to)->found;
                    if (found.size() < ports_max) {
                        found.push_back({text_of(system), text_of(name), text_of(note)});
                    }
                },
                arg);
        },
        &asked,
        [](void* arg) noexcept {
            auto& on = *static_cast<question*>(arg);
            on.is_answered = true;
            on.turned.stop();
        },
        &asked);
    coro::timer limit;
    limit.owner = &loop_;
    limit.fire = [](coro::timer& node) noexcept { static_cast<loop::loop*>(node.owner)->stop(); };
    const std::int64_t until_ns = clock_.now_ns() + limit_ns_;
    loop_.arm(limit, until_ns);
    while (!asked.is_answered && clock_.now_ns() < until_ns) {
        loop_.run(); // a plugin that was given up may still answer, and stop it too
    }
    loop_.disarm(limit);
}

// As a supervisor would: the instance says its last word, its thread ends, then it goes.
void discovery::wind_down(host::instance& instance) {
    instance.said_stopped(TACTUS_OK);
    loop_.run(); // until the question's instance has ended
    instance.destroy();
}

} // namespace tactus::daemon

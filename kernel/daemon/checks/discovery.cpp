// SPDX-License-Identifier: MIT
#include "kernel/daemon/checks/discovery.hpp"

#include "kernel/host/api/whole_table.hpp"
#include "kernel/host/watchdog/thread_call.hpp"

#include <tactus/iface/discover.h>

#include <utility>

namespace tactus::daemon {
namespace {

using visitor = void (*)(void*, tactus_str, tactus_str, tactus_str) TACTUS_NOEXCEPT;

std::string text_of(tactus_str text) {
    return text.len == 0 ? std::string() : std::string(text.ptr, text.len);
}

} // namespace

// One plugin being queried. The worker's thread writes `found` and `status`; the loop reads them
// after `is_answered`, which is set on the loop.
struct discovery::question {
    question(const host::host_services& services, loop::loop& its_loop, const std::string& file)
        : turned(its_loop), instance(services, {"discovery", host::role::output, 0, {}, {}, file},
                                     [this](tactus_status) { turned.stop(); }) {}

    loop::loop& turned;
    host::instance instance;
    const tactus_discover_0* discover = nullptr;
    tactus_plugin* plugin = nullptr;
    std::vector<discovered_port> found;
    tactus_status status = TACTUS_OK;
    bool is_answered = false;
};

result<std::unique_ptr<discovery>> discovery::make() {
    result<std::unique_ptr<probe_environment>> probe =
        probe_environment::make({}, host::call_watch::holds_question);
    if (!probe) {
        return unexpected<error>(probe.error());
    }
    return std::unique_ptr<discovery>(new discovery(std::move(*probe)));
}

discovery::discovery(std::unique_ptr<probe_environment> probe) noexcept
    : probe_(std::move(probe)) {}

discovery::~discovery() {
    for (std::unique_ptr<question>& hung : quarantine_) {
        (void)hung.release(); // its thread may still be inside: the process ends with it
    }
}

result<std::vector<discovered_port>> discovery::list(const host::found_plugin& plugin,
                                                     std::int64_t limit_ns) {
    auto asked = std::make_unique<question>(probe_->services(), probe_->loop(), plugin.path);
    if (result<void> made = asked->instance.create(*plugin.entry, *plugin.descriptor); !made) {
        return unexpected<error>(made.error());
    }
    asked->discover =
        static_cast<const tactus_discover_0*>(asked->instance.plugin_interface(TACTUS_DISCOVER_0));
    if (asked->discover == nullptr) {
        asked->instance.destroy();
        return std::vector<discovered_port>();
    }
    if (!host::is_whole(*asked->discover) || asked->discover->list == nullptr) {
        asked->instance.destroy();
        return fail(error_kind::unsupported, std::string("The tactus.discover/0 of ") +
                                                 plugin.descriptor->id +
                                                 " is too short, or lacks a function.");
    }
    asked->plugin = asked->instance.plugin_object();
    ask(*asked, limit_ns);
    if (!asked->is_answered) {
        asked->instance.quarantine(flow::dropped::output_stalled);
        quarantine_.push_back(std::move(asked));
        return fail(error_kind::io,
                    std::string("The plugin ") + plugin.descriptor->id + " did not answer within " +
                        std::to_string(limit_ns / 1'000'000) + " ms; its ports are unknown.");
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

// Runs on the instance's worker, since it may block; the loop turns until the answer or the limit.
void discovery::ask(question& asked, std::int64_t limit_ns) {
    asked.instance.resources().worker().get().submit(
        [](void* arg) noexcept {
            auto& on = *static_cast<question*>(arg);
            const host::thread_call here(on.instance.resources().who().shown().c_str(), "list");
            const visitor visit = [](void* to, tactus_str system, tactus_str name,
                                     tactus_str note) noexcept {
                auto& found = static_cast<question*>(to)->found;
                if (found.size() < ports_max) {
                    found.push_back({text_of(system), text_of(name), text_of(note)});
                }
            };
            on.status = host::call_plugin(on.discover->list, on.plugin, visit, arg);
        },
        &asked,
        [](void* arg) noexcept {
            auto& on = *static_cast<question*>(arg);
            on.is_answered = true;
            on.turned.stop();
        },
        &asked);
    loop::loop& loop = probe_->loop();
    coro::timer limit;
    limit.owner = &loop;
    limit.fire = [](coro::timer& node) noexcept { static_cast<loop::loop*>(node.owner)->stop(); };
    const std::int64_t until_ns = probe_->clock().now_ns() + limit_ns;
    loop.arm(limit, until_ns);
    while (!asked.is_answered && probe_->clock().now_ns() < until_ns) {
        loop.run(); // a plugin that was given up may still answer, and also stop it
    }
    loop.disarm(limit);
}

// As a supervisor would: the instance stops, its thread ends, then it is destroyed.
void discovery::wind_down(host::instance& instance) {
    instance.said_stopped(TACTUS_OK);
    probe_->loop().run(); // until the question's instance has ended
    instance.destroy();
}

} // namespace tactus::daemon

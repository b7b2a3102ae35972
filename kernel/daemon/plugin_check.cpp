// SPDX-License-Identifier: MIT
#include "kernel/daemon/plugin_check.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/config/check.hpp"
#include "kernel/daemon/translate_settings.hpp"
#include "kernel/daemon/version.hpp"
#include "kernel/host/instance.hpp"
#include "kernel/host/room_waiters.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/time/timebase.hpp"

#include <algorithm>
#include <utility>

namespace tactus::daemon {
namespace {

base::log_settings only_warnings(const config::settings& settings) {
    base::log_settings made = log_settings(settings);
    made.level = std::max(made.level, base::log_level::warning);
    return made;
}

// The smallest flow that instances can be made in: one input, one output, nothing passes.
class trial {
public:
    trial(flow::timed_queue queue, const base::log_settings& lines)
        : log_(lines), loop_(clock_), timebase_(clock_), dispatcher_(std::move(queue), clock_),
          ingress_(dispatcher_, timebase_, clock_), around_{loop_,       timebase_, ingress_,
                                                            dispatcher_, waiters_,  log_,
                                                            version} {}

    [[nodiscard]] result<void> prepare() {
        if (const result<std::uint16_t> output = dispatcher_.add_output({}); !output) {
            return unexpected<error>(output.error());
        }
        const result<std::uint16_t> input = ingress_.add_input({});
        return input ? result<void>() : unexpected<error>(input.error());
    }

    void ask(const config::instance_settings& from, host::role role, host::catalog& catalog) {
        const std::uint32_t kind =
            role == host::role::input ? TACTUS_KIND_INPUT : TACTUS_KIND_OUTPUT;
        const result<host::found_plugin> plugin = catalog.find(kind, from.type);
        TACTUS_ASSERT(plugin.has_value()); // the settings were checked against this catalog
        host::instance asked(
            around_,
            {from.name,
             role,
             0,
             {from.streams.connections_max, from.streams.buffer_max, from.streams.idle_timeout_ns}},
            nullptr);
        result<void> done = asked.create(*plugin->entry, *plugin->descriptor);
        if (done) {
            done = asked.configure(*from.options.view());
        }
        asked.destroy();
        if (!done) {
            found_.push_back(config::at(from.options, asked.last_error().key, done.error().text,
                                        config::place_of(kind, from.name, from.type)));
        }
    }

    [[nodiscard]] std::vector<config::diagnostic> take_found() { return std::move(found_); }

private:
    time::real_clock clock_;
    base::log log_;
    loop::loop loop_;
    time::timebase timebase_;
    flow::dispatcher dispatcher_;
    flow::ingress ingress_;
    host::room_waiters waiters_;
    host::surroundings around_;
    std::vector<config::diagnostic> found_;
};

} // namespace

std::vector<config::diagnostic> check_plugins(const config::settings& settings,
                                              host::catalog& catalog) {
    flow::queue_limits smallest;
    smallest.pending = {16, std::uint64_t{1} << 20};
    smallest.block_bytes = std::uint64_t{1} << 20;
    result<flow::timed_queue> queue =
        flow::timed_queue::make(smallest, time::real_clock().now_ns());
    if (!queue) {
        return {{{}, queue.error().text}};
    }
    trial of(std::move(*queue), only_warnings(settings));
    if (const result<void> prepared = of.prepare(); !prepared) {
        return {{{}, prepared.error().text}};
    }
    for (const config::input_settings& input : settings.inputs) {
        if (input.is_in_order) {
            of.ask(input, host::role::input, catalog);
        }
    }
    for (const config::output_settings& output : settings.outputs) {
        if (output.is_in_order) {
            of.ask(output, host::role::output, catalog);
        }
    }
    return of.take_found();
}

} // namespace tactus::daemon

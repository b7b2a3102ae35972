// SPDX-License-Identifier: MIT
// Maps a plugin class to the C ABI: its object around an instance_core, one thunk for each function
// that the host calls, and the static tables that the host reads. No plugin writes any of this by
// hand, and no thunk lets an exception pass.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tactus/cpp/instance.hpp>
#include <tactus/cpp/options.hpp>
#include <tactus/cpp/plugin_traits.hpp>
#include <tactus/tactus.h>

namespace tactus {
inline namespace v0_1 {
namespace detail {

/// One instance of plugin P: tactus_plugin.impl points to it. Threads: see the thunks.
template <class P>
class instance {
public:
    explicit instance(const tactus_host& host) noexcept
        : core_(host), raw_{sizeof(tactus_plugin), 0, this, &configure, &start, &stop, &destroy,
                            &get_interface} {}

    static tactus_plugin* create(const tactus_host* host) noexcept {
        auto* made = new (std::nothrow) instance(*host);
        return made != nullptr ? &made->raw_ : nullptr;
    }

private:
    static instance& of(tactus_plugin* plugin) noexcept {
        return *static_cast<instance*>(plugin->impl);
    }
    const tactus_host& host() const noexcept { return core_.host(); }

    static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) noexcept {
        instance& self = of(plugin);
        place at = in_options;
        return guarded(self.host(), at, [&] { self.make_object(*config, at); });
    }
    static tactus_status start(tactus_plugin* plugin) noexcept {
        instance_core& core = of(plugin).core_;
        if (core.has_failed()) {
            return core.refuse();
        }
        tactus_status status = TACTUS_OK;
        const tactus_status thrown = guarded(core.host(), in_run, [&] {
            core.look_up_interfaces();
            status = core.start(of(plugin).root());
        });
        return thrown != TACTUS_OK ? thrown : status;
    }
    static void stop(tactus_plugin* plugin) noexcept { of(plugin).core_.stop(); }
    static void destroy(tactus_plugin* plugin) noexcept { delete &of(plugin); }

    /// Runs an output's callback, on the worker if the output runs there.
    template <class Callable>
    bool call_out(const place& where, Callable&& callable) noexcept {
        if constexpr (may_block<P>()) {
            return core_.call_on_worker(where, callable);
        } else {
            return core_.call(where, callable);
        }
    }

    // If send throws, no event of its batch or of later batches is accepted until the instance is
    // recreated.
    static tactus_status send(tactus_plugin* plugin, const tactus_batch* batch,
                              std::uint32_t* accepted) noexcept {
        send_result sent(0, TACTUS_E_INTERNAL);
        of(plugin).call_out(in_send, [&] { sent = of(plugin).object_->send(batch_view(*batch)); });
        *accepted = sent.accepted;
        return sent.status;
    }
    // Called before start, like outcomes_wanted: start reports what they throw.
    static std::int64_t ahead_ns(tactus_plugin* plugin) noexcept {
        std::int64_t ahead = 0;
        of(plugin).core_.call(in_ahead, [&] {
            ahead = std::chrono::nanoseconds(of(plugin).object_->ahead()).count();
        });
        return ahead;
    }
    static std::int64_t lookahead_ns(tactus_plugin* plugin) noexcept {
        std::int64_t lookahead = 0;
        of(plugin).core_.call(in_lookahead, [&] {
            lookahead = std::chrono::nanoseconds(of(plugin).object_->lookahead()).count();
        });
        return lookahead;
    }
    static void flush(tactus_plugin* plugin, std::uint32_t port) noexcept {
        of(plugin).call_out(in_flush, [&] { of(plugin).object_->flush(port); });
    }
    static std::uint32_t wants(tactus_plugin* plugin) noexcept {
        std::uint32_t wanted = 0;
        of(plugin).core_.call(in_wants, [&] { wanted = of(plugin).object_->outcomes_wanted(); });
        return wanted;
    }
    static void report(tactus_plugin* plugin, const tactus_outcome* outcomes, std::uint32_t n,
                       std::uint64_t lost) noexcept {
        of(plugin).core_.call(in_report, [&] { of(plugin).object_->report({outcomes, n}, lost); });
    }
    static tactus_status want_port(tactus_plugin* plugin, tactus_str name) noexcept {
        port_answer answer = port_answer::unknown;
        of(plugin).core_.call(in_want_port, [&] {
            answer = of(plugin).object_->want_port({name.ptr, name.len});
        });
        return static_cast<tactus_status>(answer);
    }
    // Off the loop the host accepts no error; it accepts a missing system with a reason.
    static tactus_status list(tactus_plugin*, port_visitor::function visit, void* arg) noexcept {
        const port_visitor found(visit, arg);
        ran_well([&] { P::list_ports(found); },
                 [&](const std::exception_ptr& error) noexcept {
                     explain(error, [&](const outcome& means) noexcept {
                         means.tell(in_list_ports, [&](std::string_view text) noexcept {
                             found.missing(P::info.type, text);
                         });
                     });
                 });
        return TACTUS_OK;
    }

    static const void* get_interface(tactus_plugin*, const char* id) noexcept;

    void make_object(const tactus_config& config, place& at);
    task<void> root();
    static task<void> idle(context& here) { co_await here.until_stop(); }

    static constexpr tactus_output_0 output_table() noexcept;

    instance_core core_;
    std::optional<P> object_; // made by configure
    tactus_plugin raw_;
};

template <class P>
void instance<P>::make_object(const tactus_config& raw, place& at) {
    object_.reset();
    at = in_constructor;
    if constexpr (configurable<P>) {
        at = in_options;
        typename P::config config = P::options.read(raw);
        if constexpr (checked<P>) {
            at = in_check;
            P::check(config);
        }
        at = in_constructor;
        if constexpr (std::is_constructible_v<P, typename P::config&&, context&>) {
            object_.emplace(std::move(config), core_.here());
        } else {
            object_.emplace(std::move(config));
        }
    } else if constexpr (std::is_constructible_v<P, context&>) {
        object_.emplace(core_.here());
    } else {
        object_.emplace();
    }
}

/// The first task: run(), or waiting for the stop if the plugin has no run().
template <class P>
task<void> instance<P>::root() {
    if constexpr (runs<P>) {
        return object_->run(core_.here());
    } else {
        return idle(core_.here());
    }
}

template <class P>
constexpr tactus_output_0 instance<P>::output_table() noexcept {
    tactus_output_0 table{};
    table.struct_size = sizeof(tactus_output_0);
    table.flags = (may_block<P>() ? TACTUS_OUT_MAY_BLOCK : 0u) |
                  (takes_sysex_parts<P>() ? TACTUS_OUT_SYSEX_PARTS : 0u);
    table.protocols = P::protocols;
    table.send = &instance::send;
    if constexpr (ahead_of_due<P>) {
        table.ahead_ns = &instance::ahead_ns;
    }
    if constexpr (flushable<P>) {
        table.flush = &instance::flush;
    }
    if constexpr (wants_ports<P>) {
        table.want_port = &instance::want_port;
    }
    if constexpr (looks_ahead<P>) {
        table.lookahead_ns = &instance::lookahead_ns;
    }
    return table;
}

template <class P>
const void* instance<P>::get_interface(tactus_plugin*, const char* id) noexcept {
    const std::string_view wanted(id);
    if constexpr (output_plugin<P>) {
        static constexpr tactus_output_0 output = output_table();
        if (wanted == TACTUS_OUTPUT_0) {
            return &output;
        }
    }
    if constexpr (hears_outcomes<P>) {
        static constexpr tactus_outcome_0 outcome{sizeof(tactus_outcome_0), 0, &instance::wants,
                                                  &instance::report};
        if (wanted == TACTUS_OUTCOME_0) {
            return &outcome;
        }
    }
    if constexpr (discovers<P>) {
        static constexpr tactus_discover_0 discover{sizeof(tactus_discover_0), 0, &instance::list};
        if (wanted == TACTUS_DISCOVER_0) {
            return &discover;
        }
    }
    return nullptr;
}

/// The interfaces that the layer and the plugin need from the host, NULL-terminated.
template <class P>
constexpr auto interfaces_needed() noexcept {
    constexpr std::size_t own = [] {
        if constexpr (needs_interfaces<P>) {
            return std::size(P::interfaces);
        } else {
            return std::size_t{0};
        }
    }();
    std::array<const char*, own + 3> needed{};
    std::size_t n = 0;
    needed[n++] = TACTUS_EXEC_0;
    if constexpr (input_plugin<P>) {
        needed[n++] = TACTUS_EMIT_0;
    }
    if constexpr (needs_interfaces<P>) {
        for (const char* id : P::interfaces) {
            needed[n++] = id;
        }
    }
    return needed;
}

/// The static tables of plugin P.
template <class P>
struct tables {
    static_assert(is_whole_plugin<P>());

    static constexpr auto needed = interfaces_needed<P>();

    static constexpr tactus_descriptor descriptor = [] {
        tactus_descriptor table{};
        table.struct_size = sizeof(tactus_descriptor);
        table.kinds = output_plugin<P> ? TACTUS_KIND_OUTPUT : TACTUS_KIND_INPUT;
        table.id = P::info.id;
        table.type = P::info.type;
        table.version = P::info.version;
        table.vendor = P::info.vendor;
        table.license = P::info.license;
        table.doc = P::info.doc;
        table.requires_interfaces = needed.data();
        if constexpr (configurable<P>) {
            table.options = P::options.raw();
            table.n_options = P::options.size();
        }
        table.option_size = sizeof(tactus_option);
        return table;
    }();
};

/// The entry of an image that holds the plugins Ps.
template <class... Ps>
struct image {
    static constexpr const tactus_descriptor* descriptors[] = {&tables<Ps>::descriptor...};

    static tactus_plugin* create(const char* id, const tactus_host* host) noexcept {
        tactus_plugin* made = nullptr;
        const std::string_view wanted(id);
        // The first class with this id; the others are not tried.
        static_cast<void>(
            ((wanted == Ps::info.id && (made = instance<Ps>::create(host), true)) || ...));
        return made;
    }
};

template <class... Ps>
constexpr tactus_entry entry_of() noexcept {
    static_assert(sizeof...(Ps) > 0, "TACTUS_PLUGINS names at least one plugin");
    return tactus_entry{sizeof(tactus_entry),
                        TACTUS_ABI_MINOR,
                        TACTUS_SDK_VERSION,
                        static_cast<std::uint32_t>(sizeof...(Ps)),
                        0,
                        image<Ps...>::descriptors,
                        &image<Ps...>::create};
}

} // namespace detail
} // namespace v0_1
} // namespace tactus

// SPDX-License-Identifier: MIT
// The methods `send`, `send_as_input`, `outcome` and `take_back` (config/control.md): an operator's
// events. To an output they go past the routes, as origin `send`; as an input they are emitted as
// if that input had received them. Threads: loop.
#pragma once

#include "kernel/config/settings.hpp"
#include "kernel/control/event_json.hpp"
#include "kernel/control/methods.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/methods/sent_events.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/direct_sender.hpp"
#include "kernel/flow/route/fan_out.hpp"

#include <tactus/cpp/task.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tactus::daemon {

class send_methods {
public:
    // How long after its last event is due an outcome is waited for. Later, nothing tells of it: a
    // panic or a stop took it back, or it made room for another event; or it still waits.
    static constexpr std::int64_t patience_ns = 2'000'000'000;

    // All must outlive it.
    struct parts {
        const config::settings& settings;
        coro::reactor& reactor;
        flow::ingress& ingress;
        flow::fan_out& fan_out;
        flow::dispatcher& dispatcher;
    };
    explicit send_methods(const parts& of);

    [[nodiscard]] control::method_result send(const control::params& with);
    [[nodiscard]] control::method_result send_as_input(const control::params& with);
    [[nodiscard]] control::method_result take_back(const control::params& with);
    // Waits until all is known of a sending. The parameters must outlive the task.
    [[nodiscard]] tactus::task<control::method_result> outcome(const control::params& with);

private:
    // An event with its times.
    struct order {
        control::event_bytes event;
        std::int64_t now_ns = 0;
        std::int64_t due_ns = 0;
        std::int64_t length_ns = 0; // of a note; 0: it is not ended
    };

    [[nodiscard]] result<order, control::rpc_error> read_order(const control::params& with) const;
    [[nodiscard]] result<void, control::rpc_error> read_times(const control::params& with,
                                                              order& into) const;
    [[nodiscard]] result<std::shared_ptr<sending>, control::rpc_error>
    find_sending(const control::params& with) const;
    void emit(std::uint16_t input, std::uint32_t number, const order& what,
              std::span<const std::uint8_t> bytes, std::uint16_t flags, std::int64_t due_ns);
    [[nodiscard]] std::uint64_t accepted() const noexcept;

    parts of_;
    sent_events sent_;
    flow::direct_sender direct_;
};

} // namespace tactus::daemon

// SPDX-License-Identifier: MIT
// The tap: shows the clients of the control sockets, and the status page, the result of each event.
// While one is open, the loop copies each event into the ring of a tap_writer, whose thread
// does the rest; with none open, nothing observes the events. The thread is started by the first
// tap and stays, asleep.
// Threads: loop.
#pragma once

#include "kernel/config/settings.hpp"
#include "kernel/control/methods.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/daemon/reports/unshown_losses.hpp"
#include "kernel/daemon/tap/tap_filter.hpp"
#include "kernel/daemon/tap/tap_writer.hpp"
#include "kernel/flow/event_observer.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/metrics/http_response.hpp"

#include <tactus/cpp/task.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tactus::daemon {

class tap final : private flow::event_observer {
public:
    static constexpr std::size_t taps_max = 24;         // leaves room for other clients of a socket
    static constexpr std::size_t page_taps_max = 4;     // of them, for pages
    static constexpr std::int64_t wake_ns = 50'000'000; // how often the thread is woken

    // All must outlive it.
    struct parts {
        const config::settings& settings;
        coro::reactor& reactor;
        flow::dispatcher& dispatcher;
        const flow::ingress& ingress;
    };
    explicit tap(const parts& of);
    ~tap() override;

    // The method "tap": checks the parameters, and attaches a tap to the connection. Errors: a
    // parameter is wrong; taps_max are open; the system has no thread or no descriptor left.
    [[nodiscard]] tactus::task<control::method_result> open(const control::params& with,
                                                            const control::caller& by);
    // A tap for the status page, which flows once it runs; nullptr: page_taps_max or taps_max are
    // open. Must not outlive this.
    [[nodiscard]] std::unique_ptr<metrics::body_stream> open_page_tap(bool only_lost);
    [[nodiscard]] std::size_t size() const noexcept { return taps_; }
    // A reload has changed the settings: names, or how many inputs and outputs there are.
    void settings_changed();

private:
    class opened;
    class page_tap;

    // flow::event_observer
    void saw(const flow::observed_event& what) noexcept override;

    [[nodiscard]] result<tap_filter> filter_of(const control::params& with) const;
    [[nodiscard]] tactus::task<bool> make_writer();
    void begin(std::uint64_t id, std::unique_ptr<tap_reader> reader);
    void end(std::uint64_t id);
    void tick();
    [[nodiscard]] std::uint64_t total(flow::observed what, std::size_t index,
                                      std::uint8_t reason) const noexcept;

    parts of_;
    std::unique_ptr<tap_writer> writer_; // from the first tap on
    unshown_losses unshown_;
    coro::timer wake_;
    std::size_t taps_ = 0; // attached to connections
    std::size_t page_taps_ = 0;
    std::size_t flowing_ = 0; // of them, those that have begun
    std::uint64_t last_id_ = 0;
};

} // namespace tactus::daemon

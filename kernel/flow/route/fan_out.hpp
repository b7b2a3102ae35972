// SPDX-License-Identifier: MIT
// The second station: decides which outputs a message from the ingress is sent to, translates it
// for each, and gives the deliveries to the enqueuer. The result is the outcome of the message. A
// route without `as` adds to the outputs that the message itself is sent to, each once; what a
// route with `as` makes is an event of its own, for each output of that route. It knows nothing of
// sockets, of senders' clocks, or of the limits of inputs. Threads: loop.
#pragma once

#include "kernel/flow/outcome_observer.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/due_watch.hpp"
#include "kernel/flow/output/port_names.hpp"
#include "kernel/flow/route/delivery_sender.hpp"
#include "kernel/flow/route/former_routes.hpp"
#include "kernel/flow/route/gated_events.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/message_writer.hpp"
#include "kernel/flow/route/outcome_tally.hpp"
#include "kernel/flow/route/port_resolver.hpp"
#include "kernel/flow/route/route_account.hpp"
#include "kernel/flow/route/route_muting.hpp"
#include "kernel/flow/route/router.hpp"
#include "kernel/flow/route/rule_matcher.hpp"
#include "kernel/flow/route/rule_sender.hpp"
#include "kernel/flow/route/target_finder.hpp"
#include "kernel/flow/unsupported_observer.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>
#include <span>

namespace tactus::flow {

class fan_out {
public:
    // Both must outlive it.
    fan_out(dispatcher& dispatcher, const time::clock& clock);
    fan_out(const fan_out&) = delete;
    fan_out& operator=(const fan_out&) = delete;
    ~fan_out() = default;

    // Also replaces the routes as a whole, between two messages. Equal routes keep the state of
    // their gates; one whose id was there before keeps what it owns, and how it is muted; what is
    // counted goes on under the same name. Allocates. Bounds: the routes' outputs exist.
    void configure(router routes, const circle_settings& circles = {});
    // Ends the notes and pedals whose ends cannot come any more, after the last configure(): those
    // of an input from which no route leads there, and those by a route that is gone, or takes or
    // makes something else. Those of the inputs in the list stay. Allocates.
    void end_unreachable(std::span<const std::uint16_t> spared_inputs);
    // Divides the room of the queue among inputs and outputs, after any limit has changed.
    void share_out();
    void set_observer(unsupported_observer* observer) noexcept { record_.set_observer(observer); }
    // Sets who is notified of the outcomes of that input's events; nullptr: no observer.
    void set_outcome_observer(std::uint16_t input, outcome_observer* who) noexcept;
    [[nodiscard]] const outcome_observers& observers() const noexcept { return observers_; }

    [[nodiscard]] outcome send(const message& one) noexcept;
    // A later part of a SysEx, to the outputs that took its first part. Bounds: some route took it.
    void send_part(const sysex_streams::stream& of, const message& part) noexcept {
        sender_.send_part(of, part);
    }

    // By the operator. Ends what the route alone can have begun, and takes back what it alone can
    // have scheduled. Bounds: of a configured route. Allocates.
    void mute(std::uint16_t route, bool is_muted);
    // Which routes are muted, and how often each was because an event circulated through it.
    [[nodiscard]] const route_muting& muting() const noexcept { return muting_; }

    // Whether this much from an input finds room in every output that it reaches.
    [[nodiscard]] bool has_room(const room_question& packet) const noexcept;
    // The same, but room made by dropping does not count.
    [[nodiscard]] bool has_space(const room_question& packet) const noexcept;
    // Whether the message may end something at an output that owes an end.
    [[nodiscard]] bool may_end_something(const message& one) const noexcept;

    // The work done while a batch comes in; the ingress reports its own, too.
    [[nodiscard]] due_watch& watch() noexcept { return watch_; }
    // The names that events ask for, and what they mean.
    [[nodiscard]] name_table& names() noexcept { return names_; }
    [[nodiscard]] const name_table& names() const noexcept { return names_; }
    [[nodiscard]] const port_resolver& ports() const noexcept { return ports_; }
    [[nodiscard]] const router& routes() const noexcept { return router_; }
    // The results of the messages that the address of a route takes. Bounds: its number.
    [[nodiscard]] const route_counts& counts(std::uint16_t route) const noexcept {
        return account_.of(route);
    }
    // How many of its deliveries missed their deadline.
    [[nodiscard]] std::uint64_t missed(std::uint16_t route) const noexcept {
        return dispatcher_.outcomes().misses().of(router_.id_of(route));
    }

private:
    void send_to_targets(const message& one) noexcept;
    void send_own(const message& one) noexcept;
    route_result refuse_first_part(const rule& rule) noexcept;
    [[nodiscard]] room_question most_made_of(const room_question& packet) const noexcept;

    dispatcher& dispatcher_;
    const time::clock& clock_;
    due_watch watch_;
    router router_;
    name_table names_;
    outcome_observers observers_;
    port_resolver ports_;
    route_muting muting_;
    rule_matcher rules_;
    message_writer writer_;
    outcome_tally record_;
    route_account account_;
    former_routes former_;
    target_finder finder_;
    delivery_sender sender_;
    gated_events gated_;
    rule_sender own_sender_;
};

} // namespace tactus::flow

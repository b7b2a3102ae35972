// SPDX-License-Identifier: MIT
// Says of one message what each route would do with it and why, and what each of its outputs would
// get. It asks the router, the filters, the translations and the writer that the fan-out asks, so
// its answer is what would happen. It sends and counts nothing, and leaves rate gates and muted
// routes as they are. Allocates: for people who ask, not for each event. Threads: loop.
#pragma once

#include "kernel/flow/output/due_watch.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/message_writer.hpp"
#include "kernel/flow/route/router.hpp"
#include "kernel/flow/route/rule_matcher.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tactus::flow {

// The event that a route makes, or an output gets, in place of the message.
struct explained_event {
    std::uint8_t protocol = 0; // TACTUS_PROTO_*
    std::vector<std::uint8_t> bytes;
};

struct explained_output {
    std::uint16_t output = 0;
    bool is_known = true; // false: it was never up, so what it takes is unknown
    std::optional<explained_event> gets;
    std::string why_not; // if it gets nothing, though it is known
};

// One route whose address takes the message.
struct explained_route {
    std::uint16_t number = 0;             // in file order
    event_filter::finding mismatch;       // of its `match`
    std::string fault;                    // why its `as` cannot be applied; empty: it can
    std::optional<explained_event> makes; // if it has an `as`
    std::int64_t length_ns = 0;           // of the note that it makes, if that ends by itself
    bool is_gated = false;                // `throttle` or `dedupe` may hold it back
    std::vector<explained_output> outputs;

    [[nodiscard]] bool is_taken() const noexcept {
        return mismatch.what == event_filter::mismatch::none && fault.empty();
    }
};

class route_explainer {
public:
    // All must outlive it.
    route_explainer(const router& routes, const name_table& names, dispatcher& dispatcher,
                    const time::clock& clock)
        : router_(routes), outputs_(dispatcher.outputs()), watch_(dispatcher, clock),
          rules_(routes, names, watch_) {}

    // The routes whose address takes the message, in file order; nothing if the pattern in its
    // address costs too much to resolve. Bounds: a message as the ingress would pass it on, without
    // a port of its own.
    [[nodiscard]] std::optional<std::vector<explained_route>> explain(const message& one);

private:
    [[nodiscard]] explained_route explain_rule(const rule& rule, const message& one,
                                               const event_scope& scope);
    [[nodiscard]] explained_output explain_output(std::uint16_t output, const own_event* own,
                                                  const message& one);

    const router& router_;
    const output_table& outputs_;
    due_watch watch_;
    rule_matcher rules_;
    message_writer writer_;
    target_list targets_;
};

} // namespace tactus::flow

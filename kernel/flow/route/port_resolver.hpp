// SPDX-License-Identifier: MIT
// The meaning of the name that an event asks for: at each output that the event's routes reach,
// and, in words, for those who report events that went nowhere. An event has one meaning: all
// outputs that its routes reach are searched together before any of them gets the event. Threads:
// loop.
#pragma once

#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/name_choice.hpp"
#include "kernel/flow/route/router.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tactus::flow {

class port_resolver {
public:
    enum class finding : std::uint8_t {
        clear,     // it asks for no port, or for one that is known
        ambiguous, // several of the outputs that it reaches have what it asks for
        open,      // to be resolved among the outputs that it reaches: by choose()
    };
    // A port of one output, or why the event is not for that output.
    struct place {
        std::uint32_t port = port_table::none; // none: any port that is up when it is due
        std::optional<unrouted> why_not = {};
    };

    // All must outlive it.
    port_resolver(dispatcher& dispatcher, const router& routes, const name_table& names) noexcept
        : dispatcher_(dispatcher), router_(routes), names_(names),
          choice_(dispatcher.outputs(), names) {}

    // The routes have changed.
    void forget() noexcept { choice_.forget(); }

    // The next message.
    [[nodiscard]] finding begin(const message& one) noexcept {
        meaning_ = nullptr;
        return one.packet->port == 0 ? finding::clear : look_up(one);
    }
    // `reached`: the outputs that it is sent to, and those of what routes make of it. An output may
    // make a port of that name now. Returns false if it is ambiguous: no output gets it then.
    // Bounds: begin() returned `open`.
    [[nodiscard]] bool choose(const message& one, std::span<const std::uint16_t> reached) noexcept;
    // Bounds: an output that the message reaches, and it is not ambiguous.
    [[nodiscard]] place at(const message& one, std::uint16_t output) noexcept {
        return one.packet->port == 0 ? place{} : named(one, output);
    }

    // The name of the output in the configuration; empty if it has none there. Valid for the
    // daemon's life.
    [[nodiscard]] std::string_view output_name(std::uint16_t output) const;
    // Calls visit(const port_table::entry&) for each port of the outputs that the routes of the
    // input lead to.
    template <class Visitor>
    void for_each_port(std::uint16_t input, Visitor&& visit) const {
        for (const std::uint16_t output : router_.reachable(input)) {
            dispatcher_.outputs().at(output).ports.for_each(visit);
        }
    }
    // The ports that the name could mean to events of the input, if several have it; what was
    // probably meant if none has. Valid until ports change.
    [[nodiscard]] std::vector<std::string_view> candidates(std::uint16_t input,
                                                           std::uint32_t name) const {
        return choice_.candidates(name, router_.reachable(input));
    }
    [[nodiscard]] std::string_view nearest(std::uint16_t input, std::uint32_t name) const {
        return choice_.nearest(name, router_.reachable(input));
    }

private:
    [[nodiscard]] finding look_up(const message& one) noexcept;
    [[nodiscard]] place named(const message& one, std::uint16_t output) noexcept;

    dispatcher& dispatcher_;
    const router& router_;
    const name_table& names_;
    name_choice choice_;
    const name_choice::meaning* meaning_ = nullptr; // of the name that the current event asks for
};

} // namespace tactus::flow

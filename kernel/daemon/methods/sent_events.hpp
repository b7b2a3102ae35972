// SPDX-License-Identifier: MIT
// The events of an operator at the control socket (send_methods.hpp), and their results:
// each sending has a number, which is the tag of its events. It observes the flow only while
// something was sent of which not everything is known. Bounds: sendings_max, the oldest of which
// makes room for a newer one. Threads: loop.
#pragma once

#include "kernel/flow/outcome_observer.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"

#include <tactus/cpp/event.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::daemon {

struct sending {
    static constexpr std::size_t outcomes_max = 1024;

    // The result of a delivery, as reported. The output's number may be another's later; its
    // name is a handle of fan_out::names(), 0 if there was no room for it.
    struct told : flow::event_outcome {
        std::uint32_t output_name = 0;
    };

    std::uint32_t number = 0;
    std::vector<told> outcomes;   // of its deliveries
    std::size_t expected = 0;     // so many deliveries; 0 until that is known
    std::int64_t last_due_ns = 0; // of its events
    bool is_taken_back = false;   // no more is told of it then
    tactus::event settled;        // all is known, or no more is waited for
    // The end of its note, if it was sent as an input; and where it was sent.
    std::optional<std::array<std::uint8_t, 3>> note_end;
    bool is_as_input = false;
    std::uint16_t place = 0; // the input, or the output
    std::string place_name;  // a reload may give its number to another

    // Whether a delivery was sent.
    [[nodiscard]] bool is_begun() const noexcept;
    // The deliveries are counted: settles it if all of them were told.
    void expect(std::size_t deliveries) noexcept;
};

class sent_events final : public flow::outcome_observer {
public:
    static constexpr std::size_t sendings_max = 64;

    // Both must outlive it.
    sent_events(flow::fan_out& fan_out, flow::dispatcher& dispatcher) noexcept
        : fan_out_(fan_out), dispatcher_(dispatcher) {}
    ~sent_events() override;

    // The next sending; its events may be emitted now. Allocates.
    [[nodiscard]] std::shared_ptr<sending> begin();
    // nullptr: no sending has that number, or it was too long ago.
    [[nodiscard]] std::shared_ptr<sending> find(std::uint32_t number) const noexcept;
    // Stops to observe if all sendings are settled.
    void rest() noexcept;

    void saw(const flow::event_outcome& what) noexcept override;
    // As saw() keeps it.
    [[nodiscard]] sending::told told(const flow::event_outcome& what) noexcept;
    // Of the output, empty if it is not known.
    [[nodiscard]] std::string_view output_name(const sending::told& of) const;

private:
    static constexpr std::uint32_t number_max = 0xFFFFFF; // as for tags

    flow::fan_out& fan_out_;
    flow::dispatcher& dispatcher_;
    std::vector<std::shared_ptr<sending>> sendings_; // the oldest first
    std::uint32_t last_number_ = 0;
};

} // namespace tactus::daemon

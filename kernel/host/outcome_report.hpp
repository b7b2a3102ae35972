// SPDX-License-Identifier: MIT
// "tactus.outcome/0": collects the outcomes of an instance's events during a turn of the loop and
// reports them to the plugin afterwards, when the flow is at rest. Made only on the plugin's
// request.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/flow/outcome_observer.hpp"
#include "kernel/host/instance_resources.hpp"

#include <tactus/iface/outcome.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tactus::host {

class outcome_report final : private flow::outcome_observer {
public:
    static constexpr std::size_t outcomes_max = 1024; // per turn

    // Returns nullptr for outputs and if the plugin wants no outcomes. Errors: unsupported, if its
    // table is not whole. Bounds: it is configured.
    [[nodiscard]] static result<std::unique_ptr<outcome_report>> make(instance_resources& of,
                                                                      tactus_plugin* plugin);
    ~outcome_report() override { close(); }

    // No further outcome is recorded or reported.
    void close() noexcept;

private:
    outcome_report(instance_resources& of, const tactus_outcome_0& table, tactus_plugin* plugin,
                   std::uint32_t wants);

    void saw(const flow::event_outcome& what) noexcept override;
    void tell() noexcept;
    [[nodiscard]] tactus_outcome view_of(const flow::event_outcome& one);
    void explain(const flow::event_outcome& one, tactus_outcome& made);

    // The fault of an event.
    struct detail {
        std::array<char, codec::bad_argument_text_max> text;
        tactus_str view;
    };

    instance_resources& of_;
    const tactus_outcome_0& table_;
    tactus_plugin* plugin_;
    std::uint32_t wants_;
    bool is_open_ = true;
    bool is_posted_ = false; // tell() will be called; the instance is not quiet until then
    std::vector<flow::event_outcome> seen_;
    std::uint64_t lost_ = 0;
    std::vector<tactus_outcome> outcomes_; // of one call
    std::vector<detail> details_;
    std::vector<tactus_str> known_; // the ports that the input's outputs have
    std::unordered_map<std::uint32_t, std::vector<tactus_str>> candidates_; // by name
};

} // namespace tactus::host

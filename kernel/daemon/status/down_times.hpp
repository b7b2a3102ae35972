// SPDX-License-Identifier: MIT
// Since when inputs, outputs and ports of outputs have been away. Notices changes of ports at the
// end of the turn in which they happen, and an instance without ports that has failed when somebody
// looks. A turn without a change costs a comparison, and nothing is ever armed. Threads: loop.
#pragma once

#include "kernel/daemon/instance_set.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace tactus::daemon {

class down_times {
public:
    // All must outlive it.
    struct parts {
        const time::clock& clock;
        flow::ingress& ingress;
        const flow::dispatcher& dispatcher;
        const instance_set& instances;
    };
    explicit down_times(const parts& of) : of_(of) {}
    down_times(const down_times&) = delete;
    down_times& operator=(const down_times&) = delete;

    // To be called at the end of each turn.
    void turn_ended() noexcept;
    // Looks at everything. Errors: std::bad_alloc.
    void look();

    // On the host clock, as of the last look; 0: nothing of it is away. By numbers in the flow.
    [[nodiscard]] std::int64_t of_input(std::size_t number) const noexcept {
        return number < inputs_.size() ? inputs_[number] : 0;
    }
    [[nodiscard]] std::int64_t of_output(std::size_t number) const noexcept {
        return number < outputs_.size() ? outputs_[number] : 0;
    }
    [[nodiscard]] std::int64_t of_port(std::uint16_t output, std::uint32_t port) const noexcept {
        const auto found = ports_.find({output, port});
        return found != ports_.end() ? found->second : 0;
    }

private:
    using port_times = std::map<std::pair<std::uint16_t, std::uint32_t>, std::int64_t>;

    [[nodiscard]] std::uint64_t changes() const noexcept {
        return of_.dispatcher.outputs().port_changes() + input_changes_;
    }
    void look_at(const supervisor_group& all, std::vector<std::int64_t>& since) const;

    parts of_;
    std::uint64_t input_changes_ = 0; // the inputs' ports count them
    std::uint64_t seen_ = 0;          // of changes()
    std::vector<std::int64_t> inputs_;
    std::vector<std::int64_t> outputs_;
    port_times ports_; // that are away
};

} // namespace tactus::daemon

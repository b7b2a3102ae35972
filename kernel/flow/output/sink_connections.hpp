// SPDX-License-Identifier: MIT
// The sinks of the outputs, and their ports: a sink is attached while its instance runs, its ports
// go up and down, and an output is held while its instance is restarted. Waiting deliveries stay
// in the queue; the class decides when an output gets them again. Threads: loop.
#pragma once

#include "kernel/flow/output/channels/channel_restorer.hpp"
#include "kernel/flow/output/notes/note_recovery.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/flow/output/port_names.hpp"
#include "kernel/flow/output/sysex_sender.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>

namespace tactus::flow {

class sink_connections {
public:
    // The parts of the station that it works on; all must outlive it.
    struct parts {
        timed_queue& queue;
        output_table& outputs;
        sysex_sender& sysex;
        output_account& account;
        note_recovery& recovery;
        channel_restorer& channels;
        const time::clock& clock;
    };
    explicit sink_connections(const parts& of) noexcept : of_(of) {}

    // The sink must live until detach(). Waiting deliveries are kept. Bounds: none is attached.
    void attach(std::uint16_t output, const output::connection& connection);
    // Replaces the connection's ahead_ns; also applies to waiting deliveries.
    void set_ahead(std::uint16_t output, std::int64_t ahead_ns) noexcept;
    // The events that the sink had accepted and not finished are dropped for `reason`.
    void detach(std::uint16_t output, dropped reason) noexcept;
    // The sink accepts events again after TACTUS_E_AGAIN.
    void writable(std::uint16_t output) noexcept { resume(output); }
    // Nothing is handed over until the output comes up again, or until release(); waiting
    // deliveries are kept. For a restart of its instance.
    void hold(std::uint16_t output) noexcept;
    void release(std::uint16_t output) noexcept;

    // The ports of an output; its up and down state follows from them.
    [[nodiscard]] port_table& ports(std::uint16_t output) noexcept {
        return of_.outputs[output].ports;
    }
    void ports_changed(std::uint16_t output) noexcept;
    // The port that a name means, or none. An output without a port of exactly that name is asked
    // to make one before a partial match is accepted.
    [[nodiscard]] found_port find_port(std::uint16_t output, std::uint32_t handle,
                                       const name_table& names) noexcept;

private:
    void resume(std::uint16_t output) noexcept;

    parts of_;
};

} // namespace tactus::flow

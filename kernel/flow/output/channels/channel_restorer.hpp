// SPDX-License-Identifier: MIT
// Gives ports that come back the settings of their channels again, at outputs with `restores`. What
// was sent there, each output's channel_memory knows, here or in a file that outlives the process.
// Bounds: channel_memory::ports_max ports of each output. Threads: loop.
#pragma once

#include "kernel/flow/output/channels/channel_memory.hpp"
#include "kernel/flow/output/enqueuer.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"

#include <cstdint>
#include <string_view>

namespace tactus::flow {

class channel_restorer {
public:
    // All must outlive it.
    channel_restorer(output_table& outputs, enqueuer& enqueuer, output_account& account) noexcept
        : outputs_(outputs), enqueuer_(enqueuer), account_(account) {}

    // Takes over the settings that the file has of the output with that name, and keeps in it those
    // that are sent. Bounds: an output with `restores` that has no ports yet. The file must outlive
    // it, or end().
    void keep_in(channels_file& file, std::uint16_t output, std::string_view name);
    // An output that has run already has `restores` from now on: see channel_memory::begin_in.
    void begin_in(channels_file& file, std::uint16_t output, std::string_view name) {
        outputs_[output].channels.begin_in(file, name);
    }
    // Nothing more is sent: the files have the settings as they are.
    void end() noexcept;

    // The settings of the ports that came up since the last call are due then; the same time as
    // that of note-offs, which note_recovery::ports_changed makes before.
    void ports_changed(output& of, std::int64_t due_ns) noexcept;

private:
    output_table& outputs_;
    enqueuer& enqueuer_;
    output_account& account_;
};

} // namespace tactus::flow

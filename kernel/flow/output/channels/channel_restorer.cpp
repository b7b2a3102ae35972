// SPDX-License-Identifier: MIT
#include "kernel/flow/output/channels/channel_restorer.hpp"

#include "kernel/codec/midi.hpp"

namespace tactus::flow {

void channel_restorer::keep_in(channels_file& file, std::uint16_t output, std::string_view name) {
    outputs_[output].channels.keep_in(file, name, outputs_[output].ports);
}

void channel_restorer::end() noexcept {
    outputs_.for_each([this](output& each) {
        account_.collect(each);
        each.channels.end();
    });
}

void channel_restorer::ports_changed(output& of, std::int64_t due_ns) noexcept {
    if (!of.settings.restores) {
        return;
    }
    of.channels.ports_changed(of.ports, [&](std::uint32_t port, const channel_states& was) {
        delivery what;
        what.from = origin::restore;
        what.due_ns = due_ns;
        what.source.port = port;
        what.source.protocol = TACTUS_PROTO_MIDI;
        was.restore([&](const sounding::message_bytes& message) {
            enqueuer_.deliver_own(of.index, what, codec::midi_front(message));
        });
    });
}

} // namespace tactus::flow

// SPDX-License-Identifier: MIT
// Any bytes as a MIDI stream. The first byte sets the SysEx limit, so that it is reached.
#include "kernel/codec/midi.hpp"
#include "tests/fuzz/claim.hpp"

#include <algorithm>

using namespace tactus;
using namespace tactus::codec;
using fuzz::claim;
using bytes_view = std::span<const std::uint8_t>;
using messages = std::vector<std::vector<std::uint8_t>>;

namespace {

messages fed(midi_stream& stream, bytes_view bytes) {
    messages out;
    stream.feed(bytes, [&](bytes_view message) {
        claim(midi_check(message) == midi_error::none);
        out.emplace_back(message.begin(), message.end());
    });
    return out;
}

messages fed(std::size_t sysex_size_max, bytes_view bytes) {
    midi_stream stream(sysex_size_max);
    return fed(stream, bytes);
}

bool is_clock(std::uint8_t byte) {
    return byte >= 0xF8;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::size_t sysex_size_max = 2 + bytes[0];
    const bytes_view input(bytes + 1, size - 1);
    midi_stream stream(sysex_size_max);
    const messages out = fed(stream, input);

    std::size_t size_out = 0;
    std::vector<std::uint8_t> joined;
    for (const std::vector<std::uint8_t>& message : out) {
        claim(message.size() <= std::max<std::size_t>(sysex_size_max, 3));
        size_out += message.size();
        joined.insert(joined.end(), message.begin(), message.end());
    }
    claim(size_out <= 3 * input.size()); // running status adds at most a status byte to each byte
    claim(stream.losses().undefined_bytes + stream.losses().stray_bytes <= input.size());

    // What came out, sent on, comes out again unchanged and without loss.
    midi_stream next(sysex_size_max);
    claim(fed(next, joined) == out);
    const midi_stream_losses& losses = next.losses();
    claim(losses.undefined_bytes + losses.stray_bytes + losses.cut_messages + losses.large_sysex ==
          0);

    // Without its real-time bytes the stream says the same otherwise.
    std::vector<std::uint8_t> calm(input.begin(), input.end());
    std::erase_if(calm, is_clock);
    messages calm_out = out;
    std::erase_if(calm_out, [](const auto& message) { return is_clock(message[0]); });
    claim(fed(sysex_size_max, calm) == calm_out);
    return 0;
}

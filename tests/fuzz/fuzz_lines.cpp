// SPDX-License-Identifier: MIT
// Any bytes as lines of stream_in's: each is an event that the kernel can read, or a complaint, and
// how the stream is cut changes nothing.
#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_reader.hpp"
#include "plugins/stream_in/line_event.hpp"
#include "plugins/stream_in/line_splitter.hpp"
#include "tests/fuzz/claim.hpp"

#include <algorithm>
#include <string>

using fuzz::claim;
using namespace stream_in;

namespace {

class any_access final : public host_access {
public:
    tactus::time_point from_unix(std::int64_t unix_ns) override { return tactus::time_at(unix_ns); }
    std::uint32_t port(std::string_view name) override {
        claim(!name.empty());
        return name.size() % 7 == 0 ? 0 : 1;
    }
};

std::string read(std::string_view text, std::size_t piece) {
    static any_access outside;
    static line_reader reader(outside);
    std::string seen;
    const auto take = [&](const std::optional<line_splitter::line>& one) {
        if (!one.has_value()) {
            return false;
        }
        tactus::batch_builder batch(events_of_line, bytes_for(one->text.size()));
        const std::string why = reader.read(one->text, tactus::time_at(1'000), batch);
        claim(why.empty() || batch.empty());
        seen += std::to_string(one->number) + why + (one->is_too_long ? "!" : "");
        for (const tactus_event& event : batch.view()) {
            const auto bytes = tactus::bytes_of(event);
            claim(event.protocol == TACTUS_PROTO_MIDI
                      ? tactus::codec::midi_check(bytes) == tactus::codec::midi_error::none
                      : tactus::codec::count_messages(bytes).count == 1);
            seen.append(bytes.begin(), bytes.end());
        }
        return true;
    };
    line_splitter lines(line_max);
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
        std::string_view bytes = text.substr(0, piece);
        while (take(lines.next(bytes))) {
        }
    }
    take(lines.finish());
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    claim(read(text, size + 1) == read(text, 7));
    return 0;
}

// SPDX-License-Identifier: MIT
// Any bytes as a text of a browser's: what comes of it is OSC by the kernel's own reader, or MIDI
// bytes, or a complaint; and what stands behind the text changes nothing.
#include "kernel/codec/osc_reader.hpp"
#include "plugins/websocket_in/text_reader.hpp"
#include "tests/fuzz/claim.hpp"

#include <algorithm>
#include <cmath>

using namespace websocket_in;
using fuzz::claim;

namespace {

struct checker final : text_sink {
    void event(const text_event& what) override {
        claim(!what.bytes.empty() && what.bytes.size() <= TACTUS_EVENT_SIZE_MAX);
        claim(std::isfinite(what.offset_ms));
        seen.append(what.bytes.begin(), what.bytes.end());
        seen += what.port;
        if (what.protocol != TACTUS_PROTO_OSC) {
            return;
        }
        const tactus::codec::osc_count read = tactus::codec::count_messages(what.bytes);
        claim(read.error == tactus::codec::osc_error::none && read.count == 1 && read.is_tidy);
        claim((what.head_size != 0) == what.timestamp_ms.has_value());
    }
    void ping(const clock_ping& what) override {
        claim(std::isfinite(what.client_ms) && std::isfinite(what.received_ms.value_or(0)));
        seen += "ping";
    }
    void cancel(std::string_view tag) override { seen.append("cancel").append(tag); }
    void tag(std::string_view tag) override { seen.append("tag").append(tag); }
    void malformed(std::string_view why) override {
        claim(!why.empty() && why.find('\n') == std::string_view::npos);
        seen += why;
    }
    std::string seen;
};

std::string read(const std::uint8_t* bytes, std::size_t size, std::uint8_t behind) {
    static text_reader reader(65536);
    std::vector<std::uint8_t> text(bytes, bytes + size);
    text.resize(size + 64, behind);
    checker sink;
    reader.read(std::span<const std::uint8_t>(text).first(size), sink);
    return sink.seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    claim(read(bytes, size, 0) == read(bytes, size, '}'));
    return 0;
}

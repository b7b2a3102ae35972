// SPDX-License-Identifier: MIT
// Any bytes as an OSC byte stream: what comes out does not depend on the pieces it comes in, lies
// inside the limits, and the reader never refuses to go on without saying why.
#include "tests/fuzz/claim.hpp"

#include <tactus/cpp/osc_stream.hpp>

#include <algorithm>
#include <vector>

using fuzz::claim;
using framing = tactus::osc_framing;
using tactus::osc_stream;
using verdict = osc_stream::verdict;

namespace {

constexpr std::size_t packet_max = 64;

struct outcome {
    std::vector<std::vector<std::uint8_t>> packets;
    std::size_t malformed = 0;
    verdict last = verdict::more;

    bool operator==(const outcome&) const = default;
};

outcome read(framing expected, std::span<const std::uint8_t> bytes, std::size_t piece) {
    osc_stream reader(expected, packet_max);
    outcome out;
    while (!bytes.empty()) {
        const std::span<std::uint8_t> room = reader.room();
        claim(!room.empty());
        const std::size_t n = std::min({room.size(), bytes.size(), piece});
        std::copy_n(bytes.begin(), n, room.begin());
        reader.took(n);
        bytes = bytes.subspan(n);
        for (;;) {
            const osc_stream::found found = reader.next();
            if (found.what == verdict::packet) {
                claim(!found.packet.empty() && found.packet.size() <= packet_max);
                out.packets.emplace_back(found.packet.begin(), found.packet.end());
            } else if (found.what == verdict::malformed) {
                ++out.malformed;
            } else if (found.what == verdict::more) {
                break;
            } else {
                out.last = found.what;
                return out;
            }
        }
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto expected = static_cast<framing>(bytes[0] % 3);
    const std::span<const std::uint8_t> stream(bytes + 1, size - 1);
    const outcome whole = read(expected, stream, stream.size() + 1);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{7}}) {
        claim(read(expected, stream, piece) == whole);
    }
    return 0;
}

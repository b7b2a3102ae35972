// SPDX-License-Identifier: MIT
// Any bytes as the frames of a client: whole and in pieces the same is read, within the bound.
#include "plugins/websocket_in/frames.hpp"
#include "tests/fuzz/claim.hpp"

#include <algorithm>
#include <string>

using namespace websocket_in;
using fuzz::claim;

namespace {

constexpr std::size_t message_max = 1000;

void check(const message& got) {
    claim(got.kind == opcode::text || got.kind == opcode::binary
              ? got.bytes.size() <= message_max
              : got.bytes.size() <= frame_reader::control_bytes_max);
    if (got.kind == opcode::text || got.kind == opcode::close) {
        tactus::utf8_check text;
        claim(text.feed(got.bytes) && text.is_complete());
    }
    if (got.kind == opcode::text || got.kind == opcode::binary) {
        // The room behind it is ours to write.
        std::fill_n(got.bytes.data() + got.bytes.size(), frame_reader::padding, std::uint8_t{1});
    }
}

std::string read(std::span<const std::uint8_t> bytes, std::size_t piece) {
    frame_reader reader(message_max);
    std::string seen;
    while (!bytes.empty()) {
        std::span<const std::uint8_t> now = bytes.first(std::min(piece, bytes.size()));
        bytes = bytes.subspan(now.size());
        for (frame_reader::progress got = reader.feed(now); got != frame_reader::progress::more;
             got = reader.feed(now)) {
            if (got == frame_reader::progress::failed) {
                claim(reader.failure() != close_code::none);
                return seen + "failed " + std::to_string(static_cast<int>(reader.failure()));
            }
            const message& taken = reader.taken();
            check(taken);
            seen += std::to_string(static_cast<int>(taken.kind)) + ":" +
                    std::to_string(static_cast<int>(taken.code)) + ":" +
                    std::string(taken.bytes.begin(), taken.bytes.end()) + "\n";
        }
        claim(now.empty());
    }
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string whole = read({bytes, size}, size + 1);
    claim(read({bytes, size}, 1) == whole && read({bytes, size}, 7) == whole);
    return 0;
}

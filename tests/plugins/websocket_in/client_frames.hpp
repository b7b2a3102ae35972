// SPDX-License-Identifier: MIT
// Frames as a client sends them, made by hand, so that they can also be wrong; and a server's
// frames taken apart. Knows nothing of wslay. Source: RFC 6455 section 5.2.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace websocket_in::testing {

using byte_string = std::vector<std::uint8_t>;

struct client_frame {
    std::uint8_t opcode = 1;
    std::string payload;
    bool is_final = true;
    std::uint8_t reserved = 0; // three bits
    bool is_masked = true;
    int length_bytes = 0;                          // 0 = the shortest form; 1, 2 or 8
    std::uint64_t said_length = ~std::uint64_t{0}; // of the payload, where it is a lie

    [[nodiscard]] byte_string bytes() const {
        const std::uint64_t length =
            said_length == ~std::uint64_t{0} ? payload.size() : said_length;
        const int form = length_bytes != 0 ? length_bytes
                         : length < 126    ? 1
                         : length < 65536  ? 2
                                           : 8;
        const auto mask_bit = static_cast<std::uint8_t>(is_masked ? 0x80 : 0);
        byte_string out;
        out.push_back(static_cast<std::uint8_t>((is_final ? 0x80 : 0) | reserved << 4 | opcode));
        if (form == 1) {
            out.push_back(static_cast<std::uint8_t>(mask_bit | (length & 0x7F)));
        } else {
            out.push_back(static_cast<std::uint8_t>(mask_bit | (form == 2 ? 126 : 127)));
            for (int i = form; i-- != 0;) {
                out.push_back(static_cast<std::uint8_t>(length >> 8 * i));
            }
        }
        constexpr std::uint8_t mask[] = {0x37, 0xFA, 0x21, 0x3D};
        if (is_masked) {
            out.insert(out.end(), mask, mask + 4);
        }
        for (std::size_t i = 0; i < payload.size(); ++i) {
            const auto byte = static_cast<std::uint8_t>(payload[i]);
            out.push_back(is_masked ? static_cast<std::uint8_t>(byte ^ mask[i % 4]) : byte);
        }
        return out;
    }
};

inline byte_string operator+(byte_string left, const byte_string& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

inline byte_string text_frame(std::string payload) {
    return client_frame{1, std::move(payload)}.bytes();
}
inline byte_string binary_frame(std::string payload) {
    return client_frame{2, std::move(payload)}.bytes();
}
inline byte_string fragment(std::uint8_t opcode, std::string payload, bool is_final) {
    return client_frame{opcode, std::move(payload), is_final}.bytes();
}
inline std::string close_payload(std::uint16_t code, const std::string& reason = "") {
    return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)} + reason;
}
inline byte_string close_frame(std::string payload) {
    return client_frame{8, std::move(payload)}.bytes();
}

/// A frame of the server's.
struct server_frame {
    std::uint8_t opcode;
    std::string payload;
    bool operator==(const server_frame&) const = default;
    [[nodiscard]] unsigned code() const { // of a close
        return payload.size() < 2
                   ? 0U
                   : static_cast<unsigned>(static_cast<std::uint8_t>(payload[0])) << 8 |
                         static_cast<std::uint8_t>(payload[1]);
    }
};

/// All frames in the bytes, which are whole, final and not masked, or it throws.
inline std::vector<server_frame> server_frames(std::basic_string_view<std::uint8_t> bytes) {
    std::vector<server_frame> all;
    while (!bytes.empty()) {
        if (bytes.size() < 2 || (bytes[0] & 0xF0) != 0x80 || (bytes[1] & 0x80) != 0) {
            throw std::runtime_error("this is no frame of a server");
        }
        const int form = bytes[1] == 126 ? 2 : bytes[1] == 127 ? 8 : 0;
        std::uint64_t length = form == 0 ? bytes[1] : 0;
        for (int i = 0; i < form; ++i) {
            length = length << 8 | bytes.at(static_cast<std::size_t>(2 + i));
        }
        const auto head = static_cast<std::size_t>(2 + form);
        if (bytes.size() - head < length) {
            throw std::runtime_error("a frame of the server is cut off");
        }
        const auto payload = bytes.substr(head, length);
        all.push_back({static_cast<std::uint8_t>(bytes[0] & 0x0F),
                       std::string(payload.begin(), payload.end())});
        bytes.remove_prefix(head + length);
    }
    return all;
}
inline std::vector<server_frame> server_frames(const byte_string& bytes) {
    return server_frames(std::basic_string_view<std::uint8_t>(bytes.data(), bytes.size()));
}

} // namespace websocket_in::testing

// SPDX-License-Identifier: MIT
// Just enough of a browser to load Strudel's bridge: the opening handshake, then text frames. It
// does not read what the bridge answers, which is nothing. Source: RFC 6455, sections 4.1 and 5.2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::bench {

class websocket {
public:
    // To that port of 127.0.0.1; ends the program where nobody answers with 101.
    explicit websocket(std::uint16_t port);
    websocket(const websocket&) = delete;
    websocket& operator=(const websocket&) = delete;
    ~websocket();

    // Bounds: 65535 bytes.
    void send_json(std::string_view text);

private:
    int fd_;
    std::string frame_;
};

} // namespace tactus::bench

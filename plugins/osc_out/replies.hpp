// SPDX-License-Identifier: MIT
// What peers answer to the sockets that an output sends from, sent on: each packet as one datagram,
// byte for byte, to where the user wants replies. Looks into none of them, makes no events of them.
// Nobody waits for it: what cannot be sent is dropped and counted. Threads: loop.
#pragma once

#include "rebinding_socket.hpp"

#include <tactus/cpp/plugin.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace osc_out {

class replies {
public:
    // Bytes, of the longest packet that is taken.
    static constexpr std::uint32_t packet_max = 64 * 1024;
    // Packets that one peer gets passed on before the loop turns to what is due.
    static constexpr std::uint32_t packets_a_turn = 8;

    // To a numeric endpoint by UDP; "": nobody wants replies, and nothing below may be called but
    // are_wanted and are_sent_to.
    replies(tactus::context& here, std::string to)
        : here_(here), to_(std::move(to)), socket_(here, to_) {}

    [[nodiscard]] bool are_wanted() const noexcept { return !to_.empty(); }
    // Whether that peer is where they go: it would be told what it said.
    [[nodiscard]] bool are_sent_to(const std::string& peer) const;

    // Before the instance's first wait.
    void open();
    void close() noexcept { socket_.close(); }

    // Passes on what comes to the socket, until that is closed; where it was replaced meanwhile, by
    // its successor until that is. Errors: canceled, where the instance stops.
    [[nodiscard]] tactus::task<> hear(tactus::udp_socket& at);
    enum class progress {
        done,       // all that came was taken
        unfinished, // after a turn's worth; there may be more
        lost,       // where packets begin is not known any more
    };
    // Passes on what came of a connection, so many packets a turn.
    [[nodiscard]] progress pass(tactus::osc_stream& from) noexcept;

private:
    void pass(std::span<const tactus_datagram> came) noexcept;
    void send(std::span<const tactus_datagram> packets) noexcept;
    [[nodiscard]] bool is_open() noexcept;

    tactus::context& here_;
    std::string to_;
    rebinding_socket socket_;
    bool has_warned_ = false;
    tactus::counter passed_;
    tactus::counter dropped_;
};

// Errors: config_error at "reply_to", where it is no numeric endpoint, or one of the peers.
void check_reply_to(const std::string& to, std::span<const std::string> peers);

} // namespace osc_out

// SPDX-License-Identifier: MIT
// Forwards what peers send back to an output's sockets: each packet as one datagram, unchanged, to
// where the user wants replies. Packets are not parsed, and no events are made from them. Sending
// never waits: a packet that cannot be sent is dropped and counted. Threads: loop.
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
    // The longest packet accepted, in bytes.
    static constexpr std::uint32_t packet_max = 64 * 1024;
    // Packets forwarded for one peer before the loop returns to due events.
    static constexpr std::uint32_t packets_a_turn = 8;

    // `to` is a numeric UDP endpoint, or "" if replies are not wanted; then only are_wanted and
    // are_sent_to may be called.
    replies(tactus::context& here, std::string to)
        : here_(here), to_(std::move(to)), socket_(here, to_) {}

    [[nodiscard]] bool are_wanted() const noexcept { return !to_.empty(); }
    // Whether replies go to that peer: it would get back its own packets.
    [[nodiscard]] bool are_sent_to(const std::string& peer) const;

    // Call it before the instance's first wait.
    void open();
    void close() noexcept { socket_.close(); }

    // Forwards what the socket receives until that is closed; if the socket was replaced meanwhile,
    // goes on with its successor. Errors: canceled, if the instance stops.
    [[nodiscard]] tactus::task<> hear(tactus::udp_socket& at);
    enum class progress {
        done,       // all that came was forwarded
        unfinished, // a turn's worth was; there may be more
        lost,       // packet boundaries are not known any more
    };
    // Forwards what came from a connection, packets_a_turn packets at most.
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

// Errors: config_error at "reply_to", if it is not a numeric endpoint, or is one of the peers.
void check_reply_to(const std::string& to, std::span<const std::string> peers);

} // namespace osc_out

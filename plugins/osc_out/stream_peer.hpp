// SPDX-License-Identifier: MIT
// A peer reached by a connection, TCP or a unix socket. Made by make_peer only.
#pragma once

#include "peer.hpp"

#include <array>

namespace osc_out {

class stream_peer final : public peer {
public:
    stream_peer(peer_settings settings, listener observer);

    tactus::task<> run(tactus::context& here) override;
    // Never returns AGAIN: a peer that does not read until its buffer is full loses packets (IO).
    peer_sent send(std::span<const tactus_datagram> packets) noexcept override;
    void close() noexcept override { stream_.close(); }

private:
    tactus::task<> pass_replies(tactus::context& here);
    tactus::task<> ignore_to_end();

    peer_settings settings_;
    listener observer_;
    tactus::stream stream_;
    std::vector<std::uint8_t> framed_; // the packets of one send call
    std::array<std::uint8_t, 4096> ignored_{};
};

} // namespace osc_out

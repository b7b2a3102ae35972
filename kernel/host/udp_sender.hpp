// SPDX-License-Identifier: MIT
// Puts datagrams into a UDP socket in as few journeys through the system as it allows. Datagrams of
// one size to one peer, and a shorter one behind them, leave as segments of one buffer
// (UDP_SEGMENT), which costs a sixth; all buffers of a call leave by one sendmmsg. What is received
// is the same datagrams in the same order. Where the system cannot cut (an odd device, a
// transformed route), it says so once, and from then on each datagram goes by itself. Unix sockets
// do not say so: they would pass the buffer on whole, so they must not be asked.
// udp_sender_linux.cpp. Not the owner of the socket; one for each udp_socket. Threads: loop.
#pragma once

#include <tactus/iface/udp.h>

#include <cstdint>

namespace tactus::host {

class udp_sender {
public:
    static constexpr std::uint32_t batch_max = 64;      // datagrams a system call, and segments
    static constexpr std::uint32_t segment_max = 1400;  // bytes; what is longer goes by itself
    static constexpr std::uint32_t buffer_max = 60'000; // bytes of all segments of a buffer
    static constexpr int echoes_max =
        3; // in a row, for one datagram: then it is this one's failure

    // See tactus.udp/0 send; `failure` is errno where TACTUS_E_IO is answered.
    tactus_status send(int fd, const tactus_datagram* datagrams, std::uint32_t n,
                       std::uint32_t& sent, int& failure) noexcept;

    // Whether runs leave as segments; true until the system has refused, or it was told not to.
    [[nodiscard]] bool is_segmenting() const noexcept { return is_segmenting_; }
    void send_each_by_itself() noexcept { is_segmenting_ = false; }

private:
    // How many from the front leave as segments of one buffer; 1: the first by itself.
    [[nodiscard]] std::uint32_t run_length(const tactus_datagram* datagrams,
                                           std::uint32_t n) const noexcept;

    bool is_segmenting_ = true;
};

} // namespace tactus::host

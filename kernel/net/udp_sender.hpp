// SPDX-License-Identifier: MIT
// Puts datagrams into a UDP socket in as few system calls as possible. A run of datagrams of one
// size to one peer, optionally ended by a shorter one, leaves as segments of one buffer
// (UDP_SEGMENT), which costs a sixth; all buffers of a call leave in one sendmmsg. The receiver
// gets the same datagrams in the same order. If the system cannot segment (an odd device, a
// transformed route), it reports that once, and from then on each datagram is sent separately. Unix
// sockets do not report it: they would pass the buffer on whole, so segmenting must not be tried on
// them. udp_sender_linux.cpp. Does not own the socket; one for each udp_socket. Threads: loop.
#pragma once

#include <tactus/iface/udp.h>

#include <cstdint>

namespace tactus::net {

class udp_sender {
public:
    static constexpr std::uint32_t batch_max = 64;      // datagrams per system call, and segments
    static constexpr std::uint32_t segment_max = 1400;  // bytes; longer ones are sent separately
    static constexpr std::uint32_t buffer_max = 60'000; // bytes of all segments of a buffer
    static constexpr int echoes_max =
        3; // in a row, for one datagram: then it is this one's failure

    // See tactus.udp/0 send; `failure` is errno if TACTUS_E_IO is returned.
    tactus_status send(int fd, const tactus_datagram* datagrams, std::uint32_t n,
                       std::uint32_t& sent, int& failure) noexcept;

    // Whether runs leave as segments; true until the system has refused or it was disabled.
    [[nodiscard]] bool is_segmenting() const noexcept { return is_segmenting_; }
    void send_each_by_itself() noexcept { is_segmenting_ = false; }

private:
    // How many from the front leave as segments of one buffer; 1: the first is sent alone.
    [[nodiscard]] std::uint32_t run_length(const tactus_datagram* datagrams,
                                           std::uint32_t n) const noexcept;

    bool is_segmenting_ = true;
};

} // namespace tactus::net

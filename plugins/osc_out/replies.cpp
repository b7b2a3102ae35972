// SPDX-License-Identifier: MIT
#include "replies.hpp"

#include <array>
#include <exception>
#include <utility>

namespace osc_out {
namespace {

using tactus::failure;
using tactus::osc_stream;
using tactus::task;

bool is_same_place(const std::string& one, const std::string& other) {
    return tactus::endpoint(one, "reply_to").is_same_place(tactus::endpoint(other, "to"));
}

// The packets forwarded in one turn; borrows the bytes.
class turn_of_packets {
public:
    void add(std::span<const std::uint8_t> packet) noexcept {
        tactus_datagram& out = packets_[count_++];
        out.bytes = const_cast<std::uint8_t*>(packet.data()); // only read
        out.size = static_cast<std::uint32_t>(packet.size());
    }
    [[nodiscard]] std::span<const tactus_datagram> all() const noexcept {
        return std::span(packets_).first(count_);
    }

private:
    std::array<tactus_datagram, replies::packets_a_turn> packets_{};
    std::size_t count_ = 0;
};

} // namespace

bool replies::are_sent_to(const std::string& peer) const {
    return are_wanted() && is_same_place(to_, peer);
}

void replies::open() {
    passed_ = here_.metrics().make_counter("osc_replies_passed_total",
                                           "Packets from peers that were sent on to reply_to.");
    dropped_ = here_.metrics().make_counter(
        "osc_replies_dropped_total",
        "Packets from peers that could not be sent on to reply_to, or were not OSC.");
    static_cast<void>(is_open());
}

// If the socket cannot be opened because the network is not up yet, each reply tries again: sending
// to the peers must not wait for it.
bool replies::is_open() noexcept {
    if (!socket_.is_open()) {
        try {
            socket_.open();
        } catch (const std::exception& failed) {
            if (!std::exchange(has_warned_, true)) {
                here_.log().warning(std::string("Replies are dropped: ") + failed.what() + ".");
            }
        }
    }
    return socket_.is_open();
}

task<> replies::hear(tactus::udp_socket& at) {
    tactus::datagram_ring ring(packets_a_turn, packet_max, TACTUS_UDP_WITHOUT_PEER);
    bool is_heard = true;
    while (is_heard && at.is_open()) {
        try {
            const auto came = co_await at.recv(ring);
            pass(came);
        } catch (const tactus::canceled&) {
            if (here_.stop_token().stop_requested()) {
                throw;
            } // otherwise it was closed or replaced
        } catch (const failure& failed) {
            here_.log().warning("Replies of a peer are not received: " + failed.text() + ".");
            is_heard = false;
        }
    }
}

void replies::pass(std::span<const tactus_datagram> came) noexcept {
    turn_of_packets packets;
    for (const tactus_datagram& each : came) {
        if (each.truncated == 0 && each.size != 0) {
            packets.add(tactus::bytes_of(each));
        } else {
            dropped_.add();
        }
    }
    send(packets.all());
}

replies::progress replies::pass(osc_stream& from) noexcept {
    turn_of_packets packets;
    progress made = progress::unfinished;
    for (std::uint32_t i = 0; i < packets_a_turn && made == progress::unfinished; ++i) {
        const osc_stream::found next = from.next();
        switch (next.what) {
        case osc_stream::verdict::packet:
            packets.add(next.packet);
            break;
        case osc_stream::verdict::malformed:
            dropped_.add();
            break;
        case osc_stream::verdict::too_large:
        case osc_stream::verdict::foreign:
            dropped_.add();
            made = progress::lost;
            break;
        case osc_stream::verdict::more:
            made = progress::done;
            break;
        }
    }
    send(packets.all());
    return made;
}

// Sends without waiting, as UDP does: a packet that finds no room is lost.
void replies::send(std::span<const tactus_datagram> packets) noexcept {
    if (packets.empty()) {
        return;
    }
    if (!is_open()) {
        dropped_.add(static_cast<std::int64_t>(packets.size()));
        return;
    }
    while (!packets.empty()) {
        const tactus::udp_sent went = socket_.send(packets);
        const bool is_refused = went.status == TACTUS_E_IO; // only that one; then go on
        const std::size_t lost = is_refused ? 1 : packets.size() - went.sent;
        passed_.add(went.sent);
        dropped_.add(static_cast<std::int64_t>(lost));
        packets = packets.subspan(went.sent + lost);
    }
}

void check_reply_to(const std::string& to, std::span<const std::string> peers) {
    const tactus::endpoint where(to, "reply_to");
    where.require_numeric("reply_to");
    if (where.port() == 0) {
        throw tactus::config_error("reply_to", "\"" + to +
                                                   "\" has no port to send to; write that of the "
                                                   "receiver, as in \"udp://127.0.0.1:41234\".");
    }
    for (const std::string& each : peers) {
        if (is_same_place(to, each)) {
            throw tactus::config_error("reply_to", "\"" + to +
                                                       "\" is a peer of this output, which would "
                                                       "be sent its own replies.");
        }
    }
}

} // namespace osc_out

// SPDX-License-Identifier: MIT
#include "stream_peer.hpp"

#include "datagram_peer.hpp"

#include <algorithm>
#include <utility>

namespace osc_out {
namespace {

using tactus::context;
using tactus::failure;
using tactus::task;
using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds connect_limit = 5s;
// A connection that ends sooner counts as a failed attempt: some peers that are busy, or that allow
// only others, accept and close at once.
constexpr std::chrono::nanoseconds success_after = 5s;
constexpr std::size_t framed_bytes = 256 * 1024;

} // namespace

std::chrono::nanoseconds pause::next() {
    std::uniform_int_distribution<std::int64_t> any(0, limit_.count());
    limit_ = std::min(2 * limit_, longest);
    return std::chrono::nanoseconds(any(random_));
}

stream_peer::stream_peer(peer_settings settings, listener observer)
    : settings_(std::move(settings)), observer_(std::move(observer)),
      framed_(std::max(framed_bytes, framed_max(settings_.by, settings_.packet_max))) {}

task<> stream_peer::run(context& here) {
    pause wait(settings_.to + std::string(here.name()));
    for (;;) {
        try {
            const tactus::time_point until = here.now() + connect_limit;
            tactus::stream made = co_await tactus::stream::connect(here, settings_.to, until);
            stream_ = std::move(made);
            const tactus::time_point success = here.now() + success_after;
            observer_.changed(true);
            if (settings_.answers.are_wanted()) {
                co_await pass_replies(here);
            } else {
                co_await ignore_to_end();
            }
            if (here.now() >= success) {
                wait.reset();
            }
            here.log().warning("The peer " + settings_.to + " has gone. It is tried again.");
        } catch (const failure& failed) {
            observer_.failed();
            here.log().warning("The peer " + settings_.to + " is not reached: " + failed.text() +
                               ". It is tried again.");
        }
        stream_.close();
        observer_.changed(false);
        co_await here.sleep_for(wait.next());
    }
}

// Runs until the peer closes. A connection can wait: while other work runs on the loop, nothing is
// read.
task<> stream_peer::pass_replies(context& here) {
    const auto by =
        settings_.by == framing::slip ? tactus::osc_framing::slip : tactus::osc_framing::size;
    tactus::osc_stream heard(by, settings_.packet_max);
    for (;;) {
        const tactus::stream_result got = co_await stream_.read(heard.room());
        if (!got.has_bytes()) {
            co_return;
        }
        heard.took(got.size);
        replies::progress made = settings_.answers.pass(heard);
        while (made == replies::progress::unfinished) {
            co_await here.sleep_until(here.now());
            made = settings_.answers.pass(heard);
        }
        if (made == replies::progress::lost) {
            here.log().warning("The answers of the peer " + settings_.to +
                               " have no valid frames, and are not sent on.");
            co_await ignore_to_end();
            co_return;
        }
    }
}

// Discards what the peer sends: nothing uses it, but the connection's end must be noticed.
task<> stream_peer::ignore_to_end() {
    bool is_there = true;
    while (is_there) {
        const tactus::stream_result got = co_await stream_.read(ignored_);
        is_there = got.has_bytes();
    }
}

// Sends as many framed packets as fit into one buffer, then the next ones.
peer_sent stream_peer::send(std::span<const tactus_datagram> packets) noexcept {
    peer_sent done;
    while (done.sent < packets.size()) {
        std::array<tactus_chunk, packet_maker::packets_max> chunks;
        std::size_t count = 0;
        std::size_t used = 0;
        while (done.sent + count < packets.size() && count < chunks.size()) {
            const tactus_datagram& packet = packets[done.sent + count];
            const std::size_t most = framed_max(settings_.by, packet.size);
            if (framed_.size() - used < most) {
                break;
            }
            const std::span<std::uint8_t> room(framed_.data() + used, most);
            const std::size_t size = write_framed(settings_.by, {packet.bytes, packet.size}, room);
            chunks[count++] = {room.data(), static_cast<std::uint32_t>(size), 0};
            used += size;
        }
        if (count == 0) {
            done.status = TACTUS_E_INVALID; // longer than any packet may be
            return done;
        }
        const tactus::stream_result went = stream_.try_write(std::span(chunks).first(count));
        done.sent += went.size;
        if (!went.is_ok()) {
            done.status = went.status == TACTUS_E_CLOSED ? TACTUS_E_CLOSED : TACTUS_E_IO;
            done.why = went.status == TACTUS_E_AGAIN ? "it does not read, and buffer_max is full"
                                                     : "buffer_max is less than a packet";
            return done;
        }
    }
    return done;
}

void check_peer(const std::string& to) {
    const bool is_path = to.starts_with("unix:///") || to.starts_with("unixgram:///");
    if (!is_path && !is_network_peer(to)) {
        throw tactus::config_error("to", "\"" + to +
                                             "\" is not a peer; expected one like "
                                             "\"udp://127.0.0.1:57120\".");
    }
    static_cast<void>(tactus::endpoint(to, "to")); // what liblo ignores behind a bracket
}

std::unique_ptr<peer> make_peer(peer_settings settings, peer::listener observer) {
    const bool is_stream = tactus::endpoint(settings.to, "to").is_stream();
    if (is_stream) {
        return std::make_unique<stream_peer>(std::move(settings), std::move(observer));
    }
    return std::make_unique<datagram_peer>(std::move(settings), std::move(observer));
}

} // namespace osc_out

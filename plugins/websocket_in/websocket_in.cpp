// SPDX-License-Identifier: MIT
// Input from browsers and similar clients: OSC as Strudel's JSON or as osc-js's binary frames, MIDI
// and OSC as the desktop bridge's JSON. This file owns the sockets; a session (session.hpp)
// interprets the bytes. One batch serves all connections; it is filled and emptied without a wait
// between. A connection that finds the kernel full waits with a copy; the others go on, each within
// its share of the room.
#include "session.hpp"

#include <tactus/cpp/allow_list.hpp>
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "input_environment.hpp"
#include "input_options.hpp"
#include "outcome_text.hpp"
#include "token_file.hpp"

namespace {

using namespace std::chrono_literals;
using tactus::context;
using tactus::stream;
using tactus::stream_result;
using tactus::task;
using websocket_in::feedback;
using websocket_in::session;

constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t replies_a_turn = 16;
constexpr auto head_limit = 2s;  // for the request
constexpr auto token_limit = 2s; // for the token, after the handshake
constexpr auto close_limit = 2s; // for the peer's close

class websocket_plugin {
public:
    using config = websocket_in::input_options;
    static constexpr tactus::plugin_info info{
        "websocket_in",
        "websocket",
        "0.1.0",
        "tactus",
        "MIT",
        "Receives OSC and MIDI from browsers: Strudel's JSON, osc-js, the desktop bridge."};
    static constexpr auto options = websocket_in::option_table;
    static constexpr const char* const interfaces[] = {
        TACTUS_STREAM_0, TACTUS_UDP_0, TACTUS_PORTS_0, TACTUS_TIMER_0, TACTUS_CLOCK_0};

    explicit websocket_plugin(config settings)
        : config_(std::move(settings)), allowed_(config_.allow, "allow") {}

    static void check(const config& settings) { websocket_in::check(settings); }
    task<> run(context& here);

    std::uint32_t outcomes_wanted() const noexcept {
        constexpr std::uint32_t errors = TACTUS_OUTCOME_REJECTED | TACTUS_OUTCOME_UNROUTED |
                                         TACTUS_OUTCOME_DROPPED | TACTUS_OUTCOME_LATE;
        return config_.tells == feedback::off      ? 0
               : config_.tells == feedback::errors ? errors
                                                   : errors | TACTUS_OUTCOME_SENT;
    }
    /// Reports to the clients that are still connected. A client that does not read in time is
    /// closed.
    void report(std::span<const tactus_outcome> outcomes, std::uint64_t lost);

private:
    class client_leaver;

    task<> pass_replies(tactus::udp_socket socket);
    void send_all(std::span<const std::uint8_t> packet);

    task<> accept(context& here, tactus::listener door, const websocket_in::access_policy& policy);
    task<> serve(context& here, stream peer, const websocket_in::access_policy& policy);
    task<bool> talk(context& here, stream& peer, session& with);
    task<bool> take(context& here, stream& peer, session& with, websocket_in::handed_over& events,
                    std::span<const std::uint8_t> bytes);
    static task<> part(context& here, stream& peer, session& with);
    static bool flush(stream& peer, session& with);
    static void say_why(context& here, const stream& peer, const session& with);
    void leave(const tactus::sender_tags& gone) {
        gone.for_each([this](std::uint32_t group) { gone_->gone(group); });
    }

    /// An open connection, by the tag of its events.
    struct client {
        stream* peer;
        session* with;
    };

    config config_;
    tactus::allow_list allowed_;
    std::unordered_map<std::uint32_t, client> clients_;
    std::unique_ptr<websocket_in::input_environment> environment_;
    std::unique_ptr<tactus::gone_senders> gone_;
    std::deque<websocket_in::access_policy> policies_; // by endpoint; sessions refer to them
    tactus::group_numbers numbers_;
    tactus::counter replies_dropped_;
};

/// Removes a connection from the list when its task ends, however that ends.
class websocket_plugin::client_leaver {
public:
    client_leaver(std::unordered_map<std::uint32_t, client>& from, std::uint32_t tag) noexcept
        : from_(from), tag_(tag) {}
    client_leaver(const client_leaver&) = delete;
    client_leaver& operator=(const client_leaver&) = delete;
    ~client_leaver() { from_.erase(tag_); }

private:
    std::unordered_map<std::uint32_t, client>& from_;
    std::uint32_t tag_;
};

task<> websocket_plugin::run(context& here) {
    std::string token;
    if (!config_.token_file.empty()) {
        token = websocket_in::read_token(config_.token_file);
    }
    environment_ = std::make_unique<websocket_in::input_environment>(here);
    gone_ = std::make_unique<tactus::gone_senders>(here, config_.when_gone, config_.gone_grace);
    gone_->include_instance();
    here.spawn("websocket gone", gone_->run());
    std::vector<tactus::listener> doors;
    for (const std::string& url : config_.listen) {
        policies_.emplace_back(websocket_in::access_rules{tactus::endpoint(url, "listen").host(),
                                                          config_.origins, config_.hosts, token});
        doors.push_back(tactus::listener::bind(here, url));
    }
    if (config_.reply) {
        replies_dropped_ = here.metrics().make_counter(
            "websocket_replies_dropped_total",
            "Datagrams received at reply_listen and discarded, because they are not OSC.");
        here.spawn("websocket replies",
                   pass_replies(tactus::udp_socket::bind(here, config_.reply_listen)));
    }
    for (std::size_t i = 0; i < doors.size(); ++i) {
        here.ports().add(tactus::port_info(config_.listen[i], tactus::port_state::up));
        here.spawn("websocket accept", accept(here, std::move(doors[i]), policies_[i]));
    }
    co_return;
}

task<> websocket_plugin::accept(context& here, tactus::listener door,
                                const websocket_in::access_policy& policy) {
    for (;;) {
        stream peer = co_await door.accept();
        if (allowed_.allows(peer.peer().address)) {
            here.spawn("websocket client", serve(here, std::move(peer), policy));
        } else {
            here.log().warning("A connection from " + peer.peer().endpoint +
                               " was refused: its address is not in `allow`.");
            peer.refuse("address");
        }
    }
}

void websocket_plugin::report(std::span<const tactus_outcome> outcomes, std::uint64_t lost) {
    for (const tactus_outcome& each : outcomes) {
        const auto found = clients_.find(each.tag);
        if (found != clients_.end() && found->second.with->is_open()) {
            found->second.with->out().say(websocket_in::outcome_text(each));
        }
    }
    for (auto& [tag, each] : clients_) {
        if (lost != 0 && each.with->is_open()) {
            each.with->out().say(websocket_in::lost_text(lost));
        }
        if (!flush(*each.peer, *each.with)) {
            each.peer->close(); // its task finds it closed
        }
    }
}

tactus::time_point sooner(tactus::time_point a, tactus::time_point b) noexcept {
    return a == tactus::no_deadline ? b : b == tactus::no_deadline ? a : std::min(a, b);
}

/// Whether a page can take it for OSC: it begins a message or a bundle, and was not truncated.
bool is_osc(const tactus_datagram& packet) noexcept {
    constexpr std::string_view bundle("#bundle", 8); // with its zero
    const std::string_view bytes(reinterpret_cast<const char*>(packet.bytes), packet.size);
    return packet.truncated == 0 && bytes.size() % 4 == 0 &&
           (bytes.starts_with('/') || bytes.starts_with(bundle));
}

/// Like osc-js's bridge: every page gets each datagram as a binary message. A datagram that does
/// not look like OSC is dropped here; otherwise each page would have to drop it.
task<> websocket_plugin::pass_replies(tactus::udp_socket socket) {
    tactus::datagram_ring ring(replies_a_turn, websocket_in::text_bytes_max);
    for (;;) {
        const auto datagrams = co_await socket.recv(ring);
        for (const tactus_datagram& each : datagrams) {
            if (is_osc(each)) {
                send_all(tactus::bytes_of(each));
            } else {
                replies_dropped_.add();
            }
        }
    }
}

void websocket_plugin::send_all(std::span<const std::uint8_t> packet) {
    for (auto& [tag, each] : clients_) {
        if (each.with->is_open()) {
            each.with->out().send(packet);
            if (!flush(*each.peer, *each.with)) {
                each.peer->close(); // its task finds it closed
            }
        }
    }
}

/// An error of one client does not affect the others.
task<> websocket_plugin::serve(context& here, stream peer,
                               const websocket_in::access_policy& policy) {
    std::exception_ptr stopped;
    tactus::sender_tags tags(numbers_);
    const std::uint32_t tag = tags.untagged();
    try {
        const websocket_in::session_settings settings{config_.message_max.value, config_.tells,
                                                      config_.sysex, peer.peer().address};
        session with(*environment_, policy, settings, tags);
        clients_[tag] = client{&peer, &with};
        const client_leaver leaves(clients_, tag);
        try {
            const bool must_part = co_await talk(here, peer, with);
            leave(tags); // its notes do not wait until it has taken its leave
            if (must_part) {
                co_await part(here, peer, with);
            }
        } catch (const tactus::canceled&) {
            if (!here.stop_token().stop_requested()) {
                leave(tags);
                co_return; // report() has closed it
            }
            stopped = std::current_exception();
            if (with.is_open() || with.is_unproven()) {
                with.close(websocket_in::close_code::going_away, "the daemon stops");
                flush(peer, with);
            }
        }
    } catch (const std::exception& error) {
        here.log().warning("A connection was closed: " + std::string(error.what()) + ".");
        leave(tags);
    }
    if (stopped != nullptr) {
        std::rethrow_exception(stopped);
    }
}

/// Returns whether the last message is to be sent: see part().
task<bool> websocket_plugin::talk(context& here, stream& peer, session& with) {
    std::vector<std::uint8_t> bytes(read_bytes);
    websocket_in::handed_over events;
    tactus::time_point deadline = here.now() + head_limit;
    tactus::packet_deadline rest_until(config_.packet_timeout); // for the message that has begun
    bool was_pinged = false;
    bool is_read = true; // the peer reads its answers
    while (with.is_asking() || with.is_unproven() || with.is_open()) {
        const bool was_asking = with.is_asking();
        const std::uint64_t before = with.messages();
        const stream_result got = co_await peer.read(bytes, sooner(deadline, rest_until.at()));
        if (got.has_bytes()) {
            is_read = co_await take(here, peer, with, events, std::span(bytes).first(got.size));
            rest_until.update(here.now(), with.is_open() && with.is_in_message(),
                              with.messages() != before);
            was_pinged = false;
        } else if (got.status != TACTUS_E_TIMEOUT) {
            co_return false; // ended or gone: a half-closed connection is of no use
        } else if (!with.is_open() || rest_until.is_over(here.now())) {
            with.give_up();
        } else if (std::exchange(was_pinged, true)) {
            peer.refuse("slow");
            co_return false;
        } else {
            with.out().ping();
        }
        if (!is_read || !flush(peer, with)) {
            peer.refuse("slow");
            co_return false;
        }
        if (with.is_open()) {
            deadline = config_.ping == 0s ? tactus::no_deadline : here.now() + config_.ping;
        } else if (was_asking && with.is_unproven()) {
            deadline = here.now() + token_limit;
        }
    }
    say_why(here, peer, with);
    co_return true;
}

/// Parses the bytes and hands the events over, a batch at a time. Returns false if the peer does
/// not read its answers.
task<bool> websocket_plugin::take(context& here, stream& peer, session& with,
                                  websocket_in::handed_over& events,
                                  std::span<const std::uint8_t> bytes) {
    const std::int64_t received_ns = tactus::to_ns(here.now());
    for (bool has_more = true; has_more;) {
        environment_->batch.clear();
        has_more = with.feed(bytes, received_ns);
        if (const std::optional<std::int64_t> turn_ns = with.held_until_ns()) {
            co_await here.sleep_until(tactus::time_at(*turn_ns)); // no event has been made yet
            with.go_on();
            has_more = true;
            continue;
        }
        const bool is_read = flush(peer, with); // first: handing over may wait
        if (!environment_->batch.empty()) {
            events.copy(environment_->batch);
            // Each waits separately if it has no room.
            if (gone_->ends()) {
                const bool stays = co_await tactus::emit_while_open(here, peer, events.view());
                if (!stays) {
                    peer.close();
                    co_return true;
                }
            } else {
                co_await here.emit(events.view());
            }
        }
        with.batch_went();
        if (!is_read) {
            co_return false;
        }
    }
    co_return true;
}

/// Sends the last message, closes our half, and reads the bytes that the peer still sends: closing
/// with unread bytes would reset the connection, and the peer might never read the reason.
task<> websocket_plugin::part(context& here, stream& peer, session& with) {
    const tactus::time_point deadline = here.now() + close_limit;
    const stream_result shut = co_await peer.shutdown(deadline);
    std::array<std::uint8_t, 1024> rest{};
    std::size_t left = 64 * 1024;
    while (shut.is_ok() && left != 0) {
        const stream_result got = co_await peer.read(rest, deadline);
        if (!got.has_bytes()) {
            break;
        }
        left -= std::min(left, got.size);
    }
    if (with.refusal() != nullptr) {
        peer.refuse(with.refusal());
    }
}

/// Returns false if the peer reads too slowly, or is gone.
bool websocket_plugin::flush(stream& peer, session& with) {
    std::vector<std::uint8_t>& bytes = with.out().bytes();
    if (bytes.empty()) {
        return true;
    }
    const tactus_status status = peer.try_write(bytes);
    bytes.clear();
    return status == TACTUS_OK;
}

void websocket_plugin::say_why(context& here, const stream& peer, const session& with) {
    if (with.refusal() != nullptr) {
        here.log().warning("A connection from " + peer.peer().endpoint +
                           " was refused: " + with.why());
    }
}

} // namespace

TACTUS_PLUGINS(websocket_plugin);

// SPDX-License-Identifier: MIT
// OSC in, over UDP, TCP and unix sockets. Each packet is passed to the kernel unchanged: the
// kernel's ingress validates it, unpacks bundles and applies their time tags. Every transport
// therefore has the same decoder and the same limits. This file moves bytes and checks who sends
// them. With `control = true` it also obeys the messages that are for tactus itself
// (control_message.hpp).
#include "control_message.hpp"
#include "datagram_senders.hpp"
#include "input_options.hpp"

#include <tactus/cpp/gone_senders.hpp>
#include <tactus/cpp/loss_log.hpp>
#include <tactus/cpp/plugin.hpp>
#include <tactus/cpp/sender_tags.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using osc_in::control;
using osc_in::control_message;
using osc_in::control_reader;
using tactus::context;
using tactus::osc_stream;
using tactus::sender_tags;
using tactus::task;
using tactus::udp_socket;

constexpr std::uint32_t batch_max = 64;

class osc_input {
public:
    using config = osc_in::input_options;

    static constexpr tactus::plugin_info info{
        "osc_in", "osc", "0.2.0",
        "tactus", "MIT", "Receives OSC messages and bundles over UDP, TCP and unix sockets."};
    static constexpr auto options = osc_in::option_table;
    static constexpr const char* const interfaces[] = {TACTUS_UDP_0, TACTUS_STREAM_0,
                                                       TACTUS_PORTS_0};

    explicit osc_input(config settings)
        : config_(std::move(settings)), allowed_(config_.allow, "allow") {}

    static void check(const config& settings) { osc_in::check(settings); }

    /// Opens all sockets or none, then runs a task for each.
    task<> run(context& here) {
        std::vector<udp_socket> sockets;
        std::vector<tactus::listener> doors;
        for (const std::string& url : config_.listen) {
            if (tactus::endpoint(url, "listen").is_stream()) {
                doors.push_back(tactus::listener::bind(here, url, osc_in::mode_of(config_)));
            } else {
                sockets.push_back(udp_socket::open(
                    here, {url, {}, config_.interface, 0, osc_in::mode_of(config_)}));
            }
        }
        refusals_ = std::make_unique<tactus::loss_log>(here);
        here.spawn("osc_in refusals", refusals_->run());
        gone_ = std::make_unique<tactus::gone_senders>(here, config_.at_end(), config_.gone_grace);
        if (sockets.empty()) { // who sends datagrams does not go with this input, connections do
            gone_->include_instance();
        }
        here.spawn("osc_in gone", gone_->run());
        if (config_.control) {
            obeyed_ = here.metrics().make_counter("osc_control_total",
                                                  "Messages to /tactus/... that were obeyed.");
        }
        auto socket = sockets.begin();
        auto door = doors.begin();
        for (const std::string& url : config_.listen) {
            const door_info door_of{
                here.ports().add(tactus::port_info(url, tactus::port_state::up)), flags_of(url)};
            if (tactus::endpoint(url, "listen").is_stream()) {
                here.spawn("osc_in accept", accept(here, std::move(*door++), door_of));
            } else {
                here.spawn("osc_in receive", receive(here, std::move(*socket++), door_of));
            }
        }
        co_return;
    }

private:
    /// The facts about an endpoint that its events carry.
    struct door_info {
        std::uint32_t port;
        std::uint16_t flags;
    };

    /// Datagrams cannot wait: those without room are refused and counted.
    task<> receive(context& here, udp_socket socket, door_info door) {
        tactus::datagram_ring ring(
            batch_max, static_cast<std::uint32_t>(config_.datagram_max.value),
            allowed_.is_empty() && !config_.control ? TACTUS_UDP_WITHOUT_PEER : 0);
        tactus::batch_builder batch(batch_max);
        std::uint64_t lost = 0;
        for (;;) {
            const auto datagrams = co_await socket.recv(ring);
            batch.clear();
            for (const tactus_datagram& datagram : datagrams) {
                if (must_hand_over(batch, bytes_in(datagram))) {
                    co_await here.emit(batch.view().as_droppable());
                    batch.clear();
                }
                add(here, batch, datagram, door, socket);
            }
            co_await here.emit(batch.view().as_droppable());
            const std::uint64_t lost_by_now = socket.overflows();
            if (lost_by_now > lost) {
                here.reject(lost_by_now - lost, "overrun");
                lost = lost_by_now;
            }
        }
    }

    static std::span<std::uint8_t> bytes_in(const tactus_datagram& datagram) noexcept {
        return {datagram.bytes, datagram.size};
    }

    void add(context& here, tactus::batch_builder& batch, const tactus_datagram& datagram,
             const door_info& door, udp_socket& socket) {
        if (!allowed_.allows(datagram.peer)) {
            here.reject(1, "address");
            return;
        }
        if (datagram.truncated != 0) {
            here.reject(1, "too_large");
            return;
        }
        packet got{bytes_in(datagram), 0};
        if (config_.control) {
            got = obey(here, got.bytes, senders_.of(datagram.peer),
                       [&](std::span<std::uint8_t> pong) { answer(socket, datagram, pong); });
            if (got.bytes.empty() && datagram.size != 0) {
                return;
            }
        }
        tactus_event* event = batch.add_borrowed(TACTUS_PROTO_OSC, got.bytes);
        if (event == nullptr) { // of no bytes; the ring is not longer than the batch
            here.reject(1, "malformed");
            return;
        }
        event->received_ns = datagram.received_ns;
        event->source = door.port;
        event->group = got.group;
        event->flags = door.flags;
    }

    /// Lost like any datagram if the system does not take it now; a unix peer may have no address.
    static void answer(udp_socket& socket, const tactus_datagram& asked,
                       std::span<std::uint8_t> pong) noexcept {
        if (asked.peer.size != 0) {
            tactus_datagram made{};
            made.bytes = pong.data();
            made.size = static_cast<std::uint32_t>(pong.size());
            made.peer = asked.peer;
            static_cast<void>(socket.send(std::span(&made, 1)));
        }
    }

    /// A packet without what it says to tactus, and the group of its events.
    struct packet {
        std::span<std::uint8_t> bytes;
        std::uint32_t group;
    };

    /// Whether the kernel must have the batch before the packet is obeyed.
    bool must_hand_over(const tactus::batch_builder& batch,
                        std::span<std::uint8_t> bytes) const noexcept {
        if (!config_.control || batch.empty()) {
            return false;
        }
        control_reader reader(bytes);
        control_message one = reader.next();
        while (one.is != control::none && !one.acts()) {
            one = reader.next();
        }
        return one.acts();
    }

    template <class Answer>
    packet obey(context& here, std::span<std::uint8_t> bytes, sender_tags& sender, Answer answer) {
        packet left{bytes, sender.untagged()};
        control_reader reader(bytes);
        for (control_message one = reader.next(); one.is != control::none; one = reader.next()) {
            obeyed_.add(one.is == control::malformed ? 0 : 1);
            switch (one.is) {
            case control::cancel:
                cancel(here, sender, one.tag);
                break;
            case control::tag:
                left.group = group_of(sender, one.tag);
                break;
            case control::panic:
                here.panic();
                break;
            case control::ping:
                make_pong(one);
                answer(one.bytes);
                break;
            case control::malformed:
                here.reject(1, "malformed");
                break;
            case control::none:
                break;
            }
        }
        left.bytes = reader.rest();
        return left;
    }

    static void cancel(context& here, const sender_tags& sender, std::string_view tag) {
        if (tag.empty()) {
            sender.for_each([&](std::uint32_t group) { here.cancel(group); });
        } else if (const std::optional<std::uint32_t> group = sender.find(tag)) {
            here.cancel(*group);
        }
    }

    std::uint32_t group_of(sender_tags& sender, std::string_view tag) {
        const std::optional<std::uint32_t> group = sender.of(tag);
        if (!group) {
            refusals_->say("A sender uses more than 64 tags; events under further ones have none");
        }
        return group.value_or(sender.untagged());
    }

    task<> accept(context& here, tactus::listener door, door_info about) {
        for (;;) {
            tactus::stream peer = co_await door.accept();
            if (allowed_.allows(peer.peer().address)) {
                here.spawn("osc_in connection", serve(here, std::move(peer), about));
            } else {
                refuse(peer, "address", "its address is not in `allow`");
            }
        }
    }

    struct connection {
        connection(tactus::stream from, const config& by, door_info of_door,
                   tactus::group_numbers& numbers)
            : peer(std::move(from)), frames(by.framing, by.datagram_max.value), batch(batch_max),
              door(of_door), tags(numbers), rest_until(by.packet_timeout) {}

        tactus::stream peer;
        osc_stream frames;
        tactus::batch_builder batch;
        door_info door;
        sender_tags tags; // identify its share of the input's room, and its scheduled events
        std::span<std::uint8_t> held;       // a packet that waits until the batch was handed over
        tactus::packet_deadline rest_until; // for the packet that has begun
        std::int64_t received_ns = 0;
        bool has_ended_one = false; // a packet, in the last read
    };

    /// A connection can wait: while the kernel has no room it is not read, and its peer waits too.
    task<> serve(context& here, tactus::stream peer, door_info by) {
        connection one(std::move(peer), config_, by, numbers_);
        const auto for_each_sender = [&one](const auto& use) { one.tags.for_each(use); };
        tactus::gone_senders::present senders(*gone_, for_each_sender);
        while (one.peer.is_open()) {
            const tactus::stream_result got =
                co_await one.peer.read(one.frames.room(), one.rest_until.at());
            if (!got.has_bytes()) {
                end(here, one, got.status);
                break;
            }
            one.frames.took(got.size);
            one.received_ns = tactus::to_ns(here.now());
            one.has_ended_one = false;
            bool is_more = true;
            while (is_more) {
                is_more = collect(here, one);
                if (gone_->ends()) {
                    const bool stays =
                        co_await tactus::emit_while_open(here, one.peer, one.batch.view());
                    if (!stays) {
                        one.peer.close();
                        break;
                    }
                } else {
                    co_await here.emit(one.batch.view());
                }
            }
            // After the wait for room, which the peer did not cause.
            one.rest_until.update(here.now(), one.frames.is_in_packet(), one.has_ended_one);
        }
        senders.gone();
    }

    /// The stream has ended: an unfinished packet was cut off by the peer.
    void end(context& here, connection& of, tactus_status why) {
        if (of.frames.is_in_packet()) {
            here.reject(1, "malformed");
        }
        if (why == TACTUS_E_TIMEOUT) {
            refuse(of.peer, "slow", "a packet that it had begun did not end within packet_timeout");
        }
    }

    /// Adds the next packets to the batch. Returns false if there are no more, or the peer was
    /// refused.
    bool collect(context& here, connection& from) {
        from.batch.clear();
        for (std::uint32_t i = 0; i < batch_max; ++i) {
            const osc_stream::found found = next(from);
            from.has_ended_one |= found.what == osc_stream::verdict::packet ||
                                  found.what == osc_stream::verdict::malformed;
            switch (found.what) {
            case osc_stream::verdict::packet:
                if (must_hand_over(from.batch, found.packet)) {
                    from.held = found.packet;
                    return true;
                }
                add(here, from, found.packet);
                break;
            case osc_stream::verdict::malformed:
                here.reject(1, "malformed");
                break;
            case osc_stream::verdict::too_large:
                here.reject(1, "too_large");
                refuse(from.peer, "too_large", "a packet is longer than datagram_max");
                return false;
            case osc_stream::verdict::foreign:
                refuse(from.peer, "protocol", from.frames.why_foreign());
                return false;
            case osc_stream::verdict::more:
                return false;
            }
        }
        return true;
    }

    void refuse(tactus::stream& peer, const char* reason, const char* why) {
        refusals_->say("A connection from " + peer.peer().endpoint + " was closed: " + why);
        peer.refuse(reason);
    }

    static osc_stream::found next(connection& from) noexcept {
        if (from.held.empty()) {
            return from.frames.next();
        }
        return {osc_stream::verdict::packet, std::exchange(from.held, {})};
    }

    void add(context& here, connection& from, std::span<std::uint8_t> bytes) {
        packet got{bytes, from.tags.untagged()};
        if (config_.control) {
            got = obey(here, bytes, from.tags,
                       [&from](std::span<std::uint8_t> pong) { answer(from, pong); });
            if (got.bytes.empty()) {
                return;
            }
        }
        tactus_event* const event = from.batch.add_borrowed(TACTUS_PROTO_OSC, got.bytes);
        event->received_ns = from.received_ns;
        event->source = from.door.port;
        event->group = got.group;
        event->flags = from.door.flags;
    }

    /// In the framing of its peer, which gets no answer if it does not read.
    static void answer(connection& to, std::span<const std::uint8_t> pong) {
        const std::vector<std::uint8_t> framed = to.frames.framed(pong);
        static_cast<void>(to.peer.try_write(framed));
    }

    /// Only the kernel knows what a message becomes; the flags state what it must not become.
    std::uint16_t flags_of(const std::string& url) const {
        const bool takes = config_.sysex.value_or(tactus::endpoint(url, "listen").is_loopback());
        return takes ? 0 : TACTUS_EVENT_NO_SYSEX;
    }

    config config_;
    tactus::allow_list allowed_;
    std::unique_ptr<tactus::loss_log> refusals_;
    std::unique_ptr<tactus::gone_senders> gone_;
    tactus::group_numbers numbers_;
    osc_in::datagram_senders senders_{numbers_};
    tactus::counter obeyed_;
};

} // namespace

TACTUS_PLUGINS(osc_input);

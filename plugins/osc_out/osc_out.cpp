// SPDX-License-Identifier: MIT
// OSC out, to one or more peers: over UDP, TCP and unix sockets. Each event is one packet or, with
// bundle = true, all events that leave together are one. With timetags = "bundle" events are sent
// early, in bundles that carry their due time, for receivers that schedule by themselves. Each peer
// is a port. With several peers there is one more port, "all", the first: an event without a port
// goes there, and so to each peer. For peers that events name themselves see ad_hoc_peers.hpp.
#include "ad_hoc_peers.hpp"
#include "packets.hpp"
#include "peer.hpp"
#include "replies.hpp"

#include <tactus/cpp/loss_log.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using osc_out::peer;
using osc_out::peer_sent;
using tactus::context;
using tactus::send_result;
using tactus::task;

constexpr std::size_t peers_max = 64;
constexpr const char* all_peers = "all";

enum class time_tags { none, bundle };

class osc_output {
public:
    struct config {
        std::vector<std::string> to;
        time_tags timetags = time_tags::none;
        std::chrono::nanoseconds ahead{0};
        bool bundle = false;
        osc_out::framing framing = osc_out::framing::size;
        std::string interface;
        std::int64_t hops = 1;
        std::vector<std::string> allow_peers;
        std::string reply_to;
    };

    static constexpr const char* const schemes[] = {"udp", "tcp", "unix", "unixgram", nullptr};
    static constexpr const char* const reply_schemes[] = {"udp", nullptr};
    static constexpr const char* const tag_words[] = {"none", "bundle", nullptr};
    static constexpr const char* const framings[] = {"size", "slip", nullptr};
    static constexpr tactus::plugin_info info{
        "osc_out", "osc", "0.2.0",
        "tactus",  "MIT", "Sends OSC messages over UDP, TCP and unix sockets."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::to, "to", nullptr,
                       "The peer, as \"udp://host:port\", or a list of peers that all get every "
                       "event.")
            .endpoint(schemes)
            .required(),
        tactus::option(&config::timetags, "timetags", "\"none\"",
                       "\"none\": messages leave at their due time; \"bundle\": they leave ahead "
                       "of it, in bundles that carry it.")
            .choices(tag_words),
        tactus::option(&config::ahead, "ahead", "\"200ms\"",
                       "How long before its due time a bundle leaves; only with timetags = "
                       "\"bundle\".")
            .range("\"0ms\"", "\"10s\""),
        tactus::option(&config::bundle, "bundle", "false",
                       "Messages that leave at the same moment share a packet, as a bundle."),
        tactus::option(&config::framing, "framing", "\"size\"",
                       "How packets are framed on tcp:// and unix:// connections.")
            .choices(framings),
        tactus::option(&config::interface, "interface", "\"\"",
                       "The network interface by which multicast leaves, by name or IPv4 address; "
                       "\"\": as the system routes."),
        tactus::option(&config::hops, "hops", "1",
                       "How many routers a multicast packet may pass, plus one.")
            .range("1", "255"),
        tactus::option(&config::allow_peers, "allow_peers", nullptr,
                       "Addresses and networks that an event may name as its own peer, like "
                       "\"192.168.0.0/16\"; unset: none."),
        tactus::option(&config::reply_to, "reply_to", nullptr,
                       "A numeric endpoint that replies from peers are forwarded to; unset: "
                       "replies are not read.")
            .endpoint(reply_schemes));
    static constexpr const char* const interfaces[] = {
        TACTUS_UDP_0, TACTUS_STREAM_0, TACTUS_PORTS_0, TACTUS_TIMER_0, TACTUS_CLOCK_0};
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_OSC);

    osc_output(config settings, context& here)
        : here_(here), config_(std::move(settings)),
          packets_({config_.timetags == time_tags::bundle, config_.bundle}),
          replies_(here, config_.reply_to),
          ad_hoc_peers_(here, tactus::allow_list(config_.allow_peers, "allow_peers"), replies_) {}

    static void check(const config& settings) {
        if (settings.to.empty() || settings.to.size() > peers_max) {
            throw tactus::config_error("to", "expected 1 to 64 peers.");
        }
        const tactus::allow_list checked(settings.allow_peers, "allow_peers");
        for (const std::string& each : settings.to) {
            osc_out::check_peer(each);
            if (std::count(settings.to.begin(), settings.to.end(), each) > 1) {
                throw tactus::config_error("to", "\"" + each + "\" is listed twice.");
            }
        }
        if (!settings.reply_to.empty()) {
            osc_out::check_reply_to(settings.reply_to, settings.to);
        }
    }

    std::chrono::nanoseconds ahead() const {
        return config_.timetags == time_tags::bundle ? config_.ahead : 0ns;
    }

    task<> run(context& here);
    send_result send(tactus::batch_view batch) noexcept;
    tactus::port_answer want_port(std::string_view name) { return ad_hoc_peers_.admit(name); }

private:
    struct member {
        std::string to;
        std::unique_ptr<peer> line;
        std::uint32_t port = 0;
        bool is_up = false;
        bool was_missed = false; // it was logged; its return will be logged too
        std::unique_ptr<tactus::loss_log> losses = nullptr; // losses for which no event fails
    };

    void add_members();
    void changed(std::size_t index, bool is_up);
    void failed(std::size_t index);
    static void say_lost(member& by, std::size_t n, const char* why) noexcept;
    void set_port(const member& of, tactus::port_state state) const;
    [[nodiscard]] member* find(std::uint32_t port) noexcept;
    [[nodiscard]] send_result send_to(member& only, tactus::batch_view batch) noexcept;
    [[nodiscard]] send_result send_to_ad_hoc_peer(osc_out::rebinding_socket& ad_hoc_peer,
                                                  tactus::batch_view batch) noexcept;
    [[nodiscard]] send_result send_run(tactus::batch_view batch) noexcept;
    [[nodiscard]] send_result send_to_all(tactus::batch_view batch) noexcept;
    [[nodiscard]] std::size_t prepare(tactus::batch_view batch) noexcept {
        return packets_.prepare(
            batch, [this](std::int64_t due_ns) { return here_.to_ntp(tactus::time_at(due_ns)); });
    }

    context& here_;
    config config_;
    osc_out::packet_maker packets_;
    osc_out::replies replies_;
    osc_out::ad_hoc_peers ad_hoc_peers_;
    std::vector<member> members_;
    std::uint32_t all_port_ = 0; // 0: there is only one peer
    tactus::counter dropped_;
};

/// Closes the sockets before the instance ends, however it ends.
task<> osc_output::run(context& here) {
    struct closer {
        explicit closer(osc_output& of) noexcept : output(of) {}
        ~closer() {
            for (member& each : output.members_) {
                each.line->close();
                each.losses->finish();
            }
            output.ad_hoc_peers_.close();
            output.replies_.close();
        }
        osc_output& output;
    };
    dropped_ = here.metrics().make_counter(
        "osc_peer_dropped_total",
        "Packets that one of several peers did not get, since it was down or full.");
    if (replies_.are_wanted()) {
        replies_.open();
    }
    add_members();
    const closer at_end(*this);
    std::vector<task<>> all;
    for (member& each : members_) {
        all.push_back(each.line->run(here));
    }
    co_await tactus::when_all(std::move(all));
}

void osc_output::add_members() {
    if (config_.to.size() > 1) {
        all_port_ =
            here_.ports().add(tactus::port_info(all_peers, tactus::port_state::group_offline));
    }
    for (std::size_t i = 0; i < config_.to.size(); ++i) {
        const std::string& to = config_.to[i];
        const std::uint32_t port =
            here_.ports().add(tactus::port_info(to, tactus::port_state::offline));
        osc_out::peer_settings wanted{to, config_.framing, config_.interface,
                                      static_cast<std::uint32_t>(config_.hops), replies_};
        peer::listener observer{[this, i](bool is_up) { changed(i, is_up); },
                                [this, i] { failed(i); },
                                [this, port] { here_.ports().writable(port); }};
        members_.push_back({to, osc_out::make_peer(std::move(wanted), std::move(observer)), port});
        members_.back().losses = std::make_unique<tactus::loss_log>(here_);
        here_.spawn("osc_out losses", members_.back().losses->run());
    }
}

void osc_output::changed(std::size_t index, bool is_up) {
    member& of = members_[index];
    if (of.is_up == is_up) {
        return;
    }
    of.is_up = is_up;
    set_port(of, is_up ? tactus::port_state::up : tactus::port_state::offline);
    if (all_port_ != 0) {
        const bool is_any = std::any_of(members_.begin(), members_.end(),
                                        [](const member& each) { return each.is_up; });
        here_.ports().update(
            all_port_, tactus::port_info(all_peers, is_any ? tactus::port_state::group_up
                                                           : tactus::port_state::group_offline));
    }
    if (is_up && std::exchange(of.was_missed, false)) {
        here_.log().info("The peer " + of.to + " is reached.");
    }
    of.was_missed = of.was_missed || !is_up;
}

/// Called while the peer is down, or for a UDP peer whose old socket is still used: that stays up.
void osc_output::failed(std::size_t index) {
    member& of = members_[index];
    of.was_missed = true;
    set_port(of, of.is_up ? tactus::port_state::up_failed : tactus::port_state::failed);
}

void osc_output::set_port(const member& of, tactus::port_state state) const {
    here_.ports().update(of.port, tactus::port_info(of.to, state));
}

void osc_output::say_lost(member& by, std::size_t n, const char* why) noexcept {
    if (n == 0) {
        return;
    }
    try {
        by.losses->say("The peer " + by.to + " loses packets, for " + why, n);
    } catch (const std::bad_alloc&) {
        return; // the metrics have counted it
    }
}

osc_output::member* osc_output::find(std::uint32_t port) noexcept {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [port](const member& each) { return each.port == port; });
    return found != members_.end() ? &*found : nullptr;
}

/// Processes runs of events for one port: events that leave together for one peer may share a
/// bundle.
send_result osc_output::send(tactus::batch_view batch) noexcept {
    std::uint32_t done = 0;
    while (done < batch.size()) {
        const tactus::batch_view rest = batch.without_first(done);
        std::uint32_t run = 1;
        while (run < rest.size() && rest[run].port == rest[0].port) {
            ++run;
        }
        const send_result went = send_run(rest.first(run));
        done += went.accepted;
        if (went.status != TACTUS_OK) {
            return send_result(done, went.status);
        }
    }
    return send_result(done, TACTUS_OK);
}

send_result osc_output::send_run(tactus::batch_view batch) noexcept {
    const std::uint32_t port = batch[0].port;
    if (member* const only = find(port); only != nullptr) {
        return send_to(*only, batch);
    }
    if (osc_out::rebinding_socket* const ad_hoc_peer = ad_hoc_peers_.find(port);
        ad_hoc_peer != nullptr) {
        return send_to_ad_hoc_peer(*ad_hoc_peer, batch);
    }
    if (members_.size() == 1 && port == 0) {
        return send_to(members_.front(), batch);
    }
    // an ad-hoc peer that was removed, or all
    return port == all_port_ || port == 0 ? send_to_all(batch) : send_result(0, TACTUS_E_CLOSED);
}

/// An ad-hoc peer is not waited for: packets that its socket does not take are dropped.
send_result osc_output::send_to_ad_hoc_peer(osc_out::rebinding_socket& ad_hoc_peer,
                                            tactus::batch_view batch) noexcept {
    std::uint32_t done = 0;
    while (done < batch.size()) {
        if (prepare(batch.without_first(done)) == 0) {
            return send_result(done, TACTUS_E_INVALID);
        }
        const tactus::udp_sent went = ad_hoc_peer.send(packets_.packets());
        done += packets_.events_in(went.sent);
        if (went.status != TACTUS_OK) {
            return send_result(done, went.status == TACTUS_E_AGAIN ? TACTUS_E_IO : went.status);
        }
    }
    return send_result(done, TACTUS_OK);
}

send_result osc_output::send_to(member& only, tactus::batch_view batch) noexcept {
    std::uint32_t done = 0;
    while (done < batch.size()) {
        if (prepare(batch.without_first(done)) == 0) {
            return send_result(done, TACTUS_E_INVALID);
        }
        const peer_sent went = only.line->send(packets_.packets());
        done += packets_.events_in(went.sent);
        if (went.status != TACTUS_OK) {
            say_lost(only, went.status == TACTUS_E_IO ? 1 : 0, went.why);
            return send_result(done, went.status);
        }
    }
    return send_result(done, TACTUS_OK);
}

/// A peer that is down or full loses the events that the others get; an event fails only if no peer
/// is up.
send_result osc_output::send_to_all(tactus::batch_view batch) noexcept {
    std::uint32_t done = 0;
    while (done < batch.size()) {
        const std::size_t count = prepare(batch.without_first(done));
        if (count == 0) {
            return send_result(done, TACTUS_E_INVALID);
        }
        const bool is_any_up = std::any_of(members_.begin(), members_.end(),
                                           [](const member& each) { return each.is_up; });
        if (!is_any_up) {
            return send_result(done, TACTUS_E_CLOSED);
        }
        for (member& each : members_) {
            std::span<const tactus_datagram> left = packets_.packets();
            while (!left.empty()) {
                const peer_sent went = each.line->send(left);
                const bool is_refused = went.status == TACTUS_E_IO; // only that one; then go on
                const std::size_t lost = is_refused ? 1 : left.size() - went.sent;
                dropped_.add(static_cast<std::int64_t>(lost));
                const bool is_down = went.status == TACTUS_E_CLOSED;
                say_lost(each, lost, is_down ? "it is not reached" : went.why);
                left = left.subspan(went.sent + lost);
            }
        }
        done += packets_.events_in(count);
    }
    return send_result(done, TACTUS_OK);
}

} // namespace

TACTUS_PLUGINS(osc_output);

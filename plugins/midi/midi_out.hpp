// SPDX-License-Identifier: MIT
// MIDI out through RtMidi, to ALSA or JACK. This is the loop's side: the options, the port as the
// daemon sees it, and when to look after the link. All that touches a MIDI system is link.hpp, on
// the worker thread. See README.md.
#pragma once

#include "link.hpp"
#include "news.hpp"

#include <tactus/cpp/plugin.hpp>

#include <optional>
#include <string>

namespace midi {

struct output_options {
    std::optional<std::string> port;
    std::optional<std::string> virtual_port;
    api_choice api = api_choice::automatic;
    std::string client;
};

class output {
public:
    static constexpr tactus::plugin_info info{
        "midi_out", "midi", "0.1.0", "tactus", "MIT", "MIDI to ALSA and JACK, through RtMidi."};
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_MIDI);
    static constexpr bool may_block = true;
    static constexpr const char* const interfaces[] = {TACTUS_PORTS_0, TACTUS_TIMER_0};

    using config = output_options;
    static constexpr auto options = tactus::options(
        tactus::option(&config::port, "port", nullptr,
                       "Name of the port to send to, or a pattern with *; it may come and go."),
        tactus::option(&config::virtual_port, "virtual", nullptr,
                       "Name of a virtual port to make, for other programs to connect to."),
        tactus::option(&config::api, "api", "\"auto\"",
                       "MIDI system; auto: ALSA where there is a sequencer, else JACK.")
            .choices(api_words),
        tactus::option(&config::client, "client", "\"tactus\"",
                       "Our name among the system's clients."));

    static void check(const config& given);
    static void list_ports(const tactus::port_visitor& visit);

    output(config&& given, tactus::context& here);

    tactus::task<void> run(tactus::context& here);
    tactus::send_result send(tactus::batch_view batch) noexcept;

private:
    tactus::task<void> follow(tactus::context& here);
    tactus::task<void> close(tactus::context& here);
    void tell(tactus::context& here, const link_report& now);

    const std::string key_;
    news news_;
    link link_; // the worker's; all that follows is the loop's
    tactus::counter attached_;
    std::uint32_t attached_counted_ = 0;
    std::uint32_t port_ = 0;
    std::string name_; // as told to the host
    bool is_up_ = false;
};

} // namespace midi

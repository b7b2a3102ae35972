// SPDX-License-Identifier: MIT
// MIDI in, from ALSA, JACK or RtMidi. This is the loop's side: the options, the ports as the daemon
// sees them, and when to check the connections. All use of a MIDI system is in
// input_connections.hpp, on the worker thread; the bytes come on the system's threads,
// event_receiver.hpp. See README.md.
#pragma once

#include "change_signal.hpp"
#include "input_connections.hpp"
#include "port_keys.hpp"

#include <tactus/cpp/gone_senders.hpp>
#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace midi {

struct input_options {
    std::optional<port_selector> port;
    ambiguity where_several = ambiguity::wait;
    std::optional<std::string> virtual_port;
    api_choice api = api_choice::automatic;
    std::string client;
    std::vector<ignored> unwanted;
    bool is_steady = false;
    bool has_sensing = false;
    std::optional<std::uint32_t> pool; // cells
    tactus::when_gone when_gone = tactus::when_gone::end;
    std::chrono::nanoseconds gone_grace{0};
};

class input {
public:
    static constexpr tactus::plugin_info info{"midi_in", "midi", "0.1.0",
                                              "tactus",  "MIT",  "MIDI from ALSA and JACK."};
    static constexpr const char* const interfaces[] = {TACTUS_PORTS_0, TACTUS_TIMER_0};

    using config = input_options;
    static constexpr auto options = tactus::options(
        tactus::option(&config::port, "port", nullptr,
                       "The port to listen to: its name, a pattern with * for all that match, "
                       "or a table that describes it; ports may come and go.")
            .or_text(),
        tactus::option(&config::where_several, "on_ambiguous", "\"wait\"",
                       "What to do if several ports match equally well; wait: use none of them.")
            .choices(ambiguity_words),
        tactus::option(&config::virtual_port, "virtual", nullptr,
                       "Name of a virtual port to create, for other programs to connect to."),
        tactus::option(&config::api, "api", "\"auto\"", api_doc).choices(api_words),
        tactus::option(&config::client, "client", "\"tactus\"",
                       "The name of tactus among the system's clients."),
        tactus::option(&config::unwanted, "ignore", "[\"active-sensing\"]", "Messages to ignore.")
            .choices(ignored_words),
        tactus::option(
            &config::is_steady, "steady", "false",
            "Keep the distances between events, at the price of one period of JACK, or 2 ms at "
            "ALSA."),
        tactus::option(&config::has_sensing, "active_sensing", "false",
                       "Treat a port as gone if it has sent FE and then nothing for 330 ms, and "
                       "end its sounding notes."),
        tactus::option(&config::pool, "pool", nullptr,
                       "ALSA: how many cells the sequencer's queue for this client has, one for "
                       "each event; by default 2000, the most that the sequencer grants.")
            .range("10", "2000"),
        tactus::option(&config::when_gone, "when_gone", "\"end\"",
                       "When a port goes: \"end\" ends the notes that it left sounding and "
                       "takes back its scheduled events; \"keep\" does nothing.")
            .choices(tactus::when_gone_words),
        tactus::option(&config::gone_grace, "gone_grace", "\"0s\"",
                       "With when_gone = \"end\": how long a port may be away before that.")
            .range("\"0s\"", "\"1h\""));

    static void check(const config& given) {
        check_ports(given.port, given.virtual_port, given.client);
        tactus::gone_senders::check(given.when_gone, given.gone_grace);
        if (given.is_steady && given.api == api_choice::rtmidi) {
            throw tactus::config_error("steady",
                                       "RtMidi does not report when an event arrived; set `api` to "
                                       "\"alsa\" or \"jack\", or leave this out.");
        }
        if (given.pool && (given.api == api_choice::jack || given.api == api_choice::rtmidi)) {
            throw tactus::config_error("pool", "only ALSA's sequencer has a pool: leave it out, "
                                               "or set `api` to \"alsa\".");
        }
    }
    static void list_ports(const tactus::port_visitor& visit);

    input(config&& given, tactus::context& here);

    tactus::task<void> run(tactus::context& here);

private:
    tactus::task<void> follow(tactus::context& here);
    tactus::task<void> watch_sensing(tactus::context& here);
    tactus::task<void> close(tactus::context& here);
    std::vector<wanted_port> number(tactus::context& here,
                                    const std::vector<port_candidate>& there);
    void tell(tactus::context& here, const std::vector<std::uint32_t>& up);
    void follow_gone(const std::vector<std::uint32_t>& up);
    void end_gone(tactus::context& here, std::uint32_t port);
    void show_awaited(tactus::context& here, bool is_awaited);

    struct known_port {
        std::uint32_t number = 0;
        std::string key;
        bool is_up = false;
    };

    change_signal changes_;
    quiet_timer periods_; // JACK's
    tactus::counter xruns_;
    cross_thread_event sensing_begun_; // set by the receiving thread: a source is to be watched
    const bool has_sensing_;
    event_receiver receiver_;
    input_connections connections_;           // the worker's; all members below are the loop's
    std::map<std::string, known_port> ports_; // by the system's name
    port_keys keys_;
    std::string awaited_;            // what the options name
    std::uint32_t awaited_port_ = 0; // represents that while none of it is available; 0: not now
    tactus::gone_senders gone_;
    std::map<std::uint32_t, sounding_notes> left_; // sounding, by ports that went
    tactus::counter attached_;
    std::uint32_t attached_counted_ = 0;
};

} // namespace midi

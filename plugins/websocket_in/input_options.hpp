// SPDX-License-Identifier: MIT
// The user's options for a websocket input, the table that describes them to the kernel, and the
// checks that they are consistent and that the token file is valid. Opens no socket; the plugin
// does.
#pragma once

#include "session_environment.hpp"

#include <tactus/cpp/gone_senders.hpp>
#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace websocket_in {

struct input_options {
    std::vector<std::string> listen;
    std::vector<std::string> origins;
    std::vector<std::string> hosts;
    std::string token_file;
    std::vector<std::string> allow;
    bool open = false;
    bool sysex = false;
    tactus::when_gone when_gone = tactus::when_gone::end;
    std::chrono::nanoseconds gone_grace{0};
    feedback tells = feedback::off;
    std::chrono::nanoseconds ping{0};
    std::chrono::nanoseconds packet_timeout{0};
    tactus::byte_count message_max;
    bool reply = false;
    std::string reply_listen;
};

inline constexpr const char* const schemes[] = {"tcp", nullptr};
inline constexpr const char* const reply_schemes[] = {"udp", nullptr};
inline constexpr const char* const feedback_words[] = {"off", "errors", "all", nullptr};
inline constexpr auto option_table = tactus::options(
    tactus::option(&input_options::listen, "listen", "\"tcp://127.0.0.1:8080\"",
                   "Where to listen: one numeric endpoint or a list of them.")
        .endpoint(schemes),
    tactus::option(&input_options::origins, "origins", nullptr,
                   "Pages that may connect besides those of this machine, as "
                   "\"https://strudel.cc\"."),
    tactus::option(&input_options::hosts, "hosts", nullptr,
                   "Names by which clients may call this machine, besides localhost and the "
                   "address it listens on."),
    tactus::option(&input_options::token_file, "token_file", nullptr,
                   "A file with a token that every client must send; unset: none."),
    tactus::option(&input_options::allow, "allow", nullptr,
                   "Addresses and networks that may connect, like \"192.168.0.0/16\"; unset: "
                   "everyone who can reach the endpoint."),
    tactus::option(
        &input_options::open, "open", "false",
        "Whether everyone on the network may connect if neither token_file nor allow is set."),
    tactus::option(&input_options::sysex, "sysex", "false",
                   "Whether SysEx messages are accepted; they can rewrite an instrument's memory."),
    tactus::option(&input_options::when_gone, "when_gone", "\"end\"",
                   "When a client leaves: \"end\" ends the notes that it left sounding and takes "
                   "back what it has scheduled; \"keep\" does nothing.")
        .choices(tactus::when_gone_words),
    tactus::option(&input_options::gone_grace, "gone_grace", "\"0s\"",
                   "With when_gone = \"end\": how long after a client has left.")
        .range("\"0s\"", "\"1h\""),
    tactus::option(&input_options::tells, "feedback", "\"off\"",
                   "What clients are told about their events: nothing, errors only, or everything.")
        .choices(feedback_words),
    tactus::option(&input_options::ping, "ping", "\"20s\"",
                   "How long a client may be silent before it is pinged; after the same time again "
                   "without an answer, its connection is closed; \"0s\": never.")
        .range("\"0s\"", "\"1h\""),
    tactus::option(&input_options::packet_timeout, "packet_timeout",
                   tactus::packet_deadline::default_toml,
                   "How long a message may take from its first byte to its last, else the "
                   "connection is closed; \"0s\": no limit.")
        .range("\"0s\"", "\"24h\""),
    tactus::option(&input_options::message_max, "message_max", "\"64KiB\"",
                   "The longest message that is accepted, in bytes.")
        .range("128", "\"64KiB\""),
    tactus::option(&input_options::reply, "reply", "false",
                   "Whether OSC that arrives at reply_listen is sent to every connected page."),
    tactus::option(&input_options::reply_listen, "reply_listen", "\"udp://127.0.0.1:41234\"",
                   "A numeric endpoint to which peers send messages for the pages.")
        .endpoint(reply_schemes));

/// Errors: tactus::config_error at the key with the invalid value. Blocks: for a small file.
void check(const input_options& settings);

} // namespace websocket_in

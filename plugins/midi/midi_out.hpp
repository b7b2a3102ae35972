// SPDX-License-Identifier: MIT
// MIDI out. This is the loop's side: the options, the port as the daemon sees it, and when to check
// the connection. All use of a MIDI system is in output_connection.hpp, on the worker thread. See
// README.md.
#pragma once

#include "change_signal.hpp"
#include "wire_sender.hpp"

#include <tactus/cpp/plugin.hpp>

#include <optional>
#include <string>

namespace midi {

static_assert(whole_size_max == 16376, "and so in the range of the option `sysex_chunk`");

enum class wire_kind : std::uint8_t { none, din, usb };
inline constexpr const char* wire_words[] = {"none", "din", "usb", nullptr};

enum class access_kind : std::uint8_t { shared, exclusive };
inline constexpr const char* access_words[] = {"shared", "exclusive", nullptr};

struct output_options {
    std::optional<port_selector> port;
    ambiguity where_several = ambiguity::wait;
    std::optional<std::string> virtual_port;
    api_choice api = api_choice::automatic;
    std::string client;
    std::chrono::nanoseconds latency{0};
    wire_kind wire = wire_kind::none;
    tactus::byte_count sysex_chunk;
    std::chrono::nanoseconds sysex_pace{0};
    bool is_steady = false;
    bool has_sensing = false;
    access_kind access = access_kind::shared;
    bool has_running_status = false;
};

class output {
public:
    static constexpr tactus::plugin_info info{"midi_out", "midi", "0.1.0",
                                              "tactus",   "MIT",  "MIDI to ALSA and JACK."};
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_MIDI);
    static constexpr bool may_block = true;
    static constexpr bool takes_sysex_parts = true;
    static constexpr const char* const interfaces[] = {TACTUS_PORTS_0, TACTUS_TIMER_0};

    using config = output_options;
    static constexpr auto options = tactus::options(
        tactus::option(&config::port, "port", nullptr,
                       "The port to send to: its name, a pattern with *, or a table that "
                       "describes it; it may come and go.")
            .or_text(),
        tactus::option(&config::where_several, "on_ambiguous", "\"wait\"",
                       "What to do if several ports match equally well; wait: use none of them.")
            .choices(ambiguity_words),
        tactus::option(&config::virtual_port, "virtual", nullptr,
                       "Name of a virtual port to create, for other programs to connect to."),
        tactus::option(&config::api, "api", "\"auto\"", api_doc).choices(api_words),
        tactus::option(&config::client, "client", "\"tactus\"",
                       "The name of tactus among the system's clients."),
        tactus::option(&config::latency, "latency", "\"0ms\"",
                       "The latency of the device; events leave this much before they are due.")
            .range("\"0ms\"", "\"10s\""),
        tactus::option(&config::wire, "wire", "\"none\"",
                       "Send no faster than this wire; din: a MIDI cable, 320 us a byte; usb: "
                       "full-speed USB, 16 messages a millisecond.")
            .choices(wire_words),
        tactus::option(&config::sysex_chunk, "sysex_chunk", "0",
                       "Bytes of a SysEx that are sent together; 0: as many as the MIDI system "
                       "takes, or 8 on a din wire and 48 on a usb wire.")
            .range("0", "16376"),
        tactus::option(&config::sysex_pace, "sysex_pace", "\"0ms\"",
                       "Pause between two chunks of a SysEx.")
            .range("\"0ms\"", "\"10s\""),
        tactus::option(&config::is_steady, "steady", "false",
                       "JACK: live events keep the distances between them, and leave one period "
                       "after they are due."),
        tactus::option(&config::has_sensing, "active_sensing", "false",
                       "Send FE when nothing else was sent for 270 ms, while the port is up."),
        tactus::option(&config::access, "access", "\"shared\"",
                       "ALSA: exclusive writes straight to the hardware and keeps other programs "
                       "out; shared uses the sequencer.")
            .choices(access_words),
        tactus::option(&config::has_running_status, "running_status", "false",
                       "Exclusive access: omit a status byte that equals the previous one, except "
                       "once a second."));

    static void check(const config& given);
    static void list_ports(const tactus::port_visitor& visit);

    output(config&& given, tactus::context& here);

    tactus::task<void> run(tactus::context& here);
    tactus::send_result send(tactus::batch_view batch) noexcept;
    std::chrono::nanoseconds ahead() const noexcept { return latency_; }
    /// JACK: a period and a margin, once it is known.
    std::chrono::nanoseconds lookahead() const noexcept { return lookahead_; }
    /// Gives up the rest of a SysEx; messages that wait for their frame go out at once.
    void flush(std::uint32_t) noexcept { wire_.flush(); }

private:
    struct counters {
        tactus::counter attached;
        wire_sender::metrics wire;
        tactus::counter xruns;
        tactus::counter lost_to_xrun;
        tactus::counter lost_to_full;
    };

    tactus::task<void> watch_long(tactus::context& here);
    tactus::task<void> keep_pace(tactus::context& here);
    tactus::task<void> keep_sensing(tactus::context& here);
    tactus::task<void> follow(tactus::context& here);
    tactus::task<void> close(tactus::context& here);
    void tell(tactus::context& here, const connection_report& now);

    tactus::context& here_;
    const std::string key_;
    const std::chrono::nanoseconds latency_;
    const bool has_sensing_;
    change_signal changes_;
    quiet_timer periods_; // JACK's
    sender_signals signals_;
    counters counters_;
    wire_sender wire_; // the worker's
    // The loop's.
    tactus::event port_up_; // set while the port is up
    std::uint32_t attached_counted_ = 0;
    std::uint32_t port_ = 0;
    std::string name_; // as reported to the host
    bool is_up_ = false;
    std::chrono::nanoseconds lookahead_{0};
};

} // namespace midi

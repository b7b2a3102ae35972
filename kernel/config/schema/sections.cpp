// SPDX-License-Identifier: MIT
// The tables are in the order in which help and samples show them.
#include "kernel/config/schema/sections.hpp"

#include <tactus/iface/stream.h>

#include <vector>

namespace tactus::config {
namespace {

constexpr std::uint32_t required = TACTUS_OPT_REQUIRED;
constexpr std::uint32_t list = TACTUS_OPT_ARRAY;

// One row: with it, the tables below read as tables.
struct row {
    std::uint32_t type = 0;
    const char* key = nullptr;
    const char* preset = nullptr;
    const char* doc = nullptr;
    std::uint32_t flags = 0;
    const char* min = nullptr;
    const char* max = nullptr;
    const char* const* choices = nullptr;
};

constexpr tactus_option option(const row& from) {
    return {from.type, from.flags,   from.key, from.preset, from.doc, from.min,
            from.max,  from.choices, nullptr,  0,           0};
}

template <std::size_t N>
constexpr tactus_option section(const char* key, const char* preset, const char* doc,
                                const tactus_option (&children)[N]) {
    return {TACTUS_OPT_TABLE, 0,       key,      preset,           doc, nullptr,
            nullptr,          nullptr, children, std::uint32_t{N}, 0};
}

constexpr const char* late_choices[] = {"send", "drop", nullptr};
constexpr const char* late_from_choices[] = {"arrival", "due", nullptr};
constexpr const char* when_full_choices[] = {"drop-newest", "drop-oldest", "refuse", nullptr};
constexpr const char* realtime_choices[] = {"auto", "off", nullptr};
constexpr const char* clock_choices[] = {"wall", "sender", nullptr};
constexpr const char* dispatch_choices[] = {"literal", "osc1", nullptr};
constexpr const char* precision_choices[] = {"normal", "spin", nullptr};
constexpr const char* required_words[] = {"any", nullptr};
constexpr const char* silence_choices[] = {"stop", "disconnect", nullptr};
constexpr const char* level_choices[] = {"debug", "info", "warning", "error", nullptr};
constexpr const char* trust_choices[] = {"owner", "any", nullptr};
constexpr const char* format_choices[] = {"text", "json", "journal", nullptr};

constexpr tactus_option time_options[] = {
    option({TACTUS_OPT_DURATION, "max_ahead", "\"10m\"",
            "Events that are due further ahead than this are refused.", 0, "\"1ms\"", "\"168h\""}),
    option({TACTUS_OPT_CHOICE, "late", "\"send\"",
            "What happens to an event that is late by more than late_limit.", 0, nullptr, nullptr,
            late_choices}),
    option({TACTUS_OPT_DURATION, "late_limit", "\"250ms\"",
            "How late an event may be before late = \"drop\" drops it.", 0, "\"0ms\"", "\"1h\""}),
    option({TACTUS_OPT_CHOICE, "late_from", "\"arrival\"",
            "Where lateness counts from: \"due\" is the due time; \"arrival\" is the later of due "
            "time and arrival.",
            0, nullptr, nullptr, late_from_choices}),
    option({TACTUS_OPT_DURATION, "miss_limit", "\"5ms\"",
            "An event that leaves later than this counts as a missed deadline in the metrics, from "
            "the later of due time and arrival.",
            0, "\"100us\"", "\"10s\""}),
    option({TACTUS_OPT_DURATION, "handover", "\"2ms\"",
            "How long before their due time an output with its own thread gets its events.", 0,
            "\"0ms\"", "\"100ms\""}),
    option({TACTUS_OPT_CHOICE, "realtime", "\"auto\"",
            "\"auto\" uses real-time scheduling and locks memory where the system permits it.", 0,
            nullptr, nullptr, realtime_choices}),
    option({TACTUS_OPT_FLOAT, "spin_budget", "0.05",
            "The share of one processor that the loop, and each output with its own thread, may "
            "use to wait for events of outputs with precision = \"spin\".",
            0, "0.0", "1.0"}),
};

constexpr tactus_option limits_options[] = {
    option({TACTUS_OPT_INT, "pending", "100_000",
            "The most events that may wait, in all outputs together.", 0, "16", "4_000_000"}),
    option({TACTUS_OPT_BYTES, "memory", "\"64MiB\"",
            "The most memory that waiting events may use, in bytes.", 0, "\"1MiB\"", "\"16GiB\""}),
    option({TACTUS_OPT_CHOICE, "when_full", "\"drop-newest\"",
            "What happens when there is no room for an event.", 0, nullptr, nullptr,
            when_full_choices}),
};

constexpr tactus_option safety_options[] = {
    option({TACTUS_OPT_CHOICE, "silence_on", "[\"stop\", \"disconnect\"]",
            "When notes that still sound are switched off.", list, nullptr, nullptr,
            silence_choices}),
    option({TACTUS_OPT_STRING, "panic_address", "\"\"",
            "An OSC message to this address ends everything that sounds; \"\" disables it."}),
    option({TACTUS_OPT_DURATION, "max_note", "\"0s\"",
            "A note or pedal that is on for longer is ended; \"0s\" is never.", 0, "\"0s\"",
            "\"24h\""}),
    option({TACTUS_OPT_DURATION, "flush_limit", "\"0s\"",
            "How long waiting events may still leave on time at a stop; the rest are dropped.", 0,
            "\"0s\"", "\"500ms\""}),
    option({TACTUS_OPT_BOOL, "circle_guard", "true",
            "Mute a route for one second when the same event repeats on it at a rate that only a "
            "feedback loop reaches."}),
    option({TACTUS_OPT_RATE, "circle_rate", "\"4000/s\"",
            "How often the same event may repeat; one second's worth may arrive at once.", 0,
            "\"100/s\""}),
    option({TACTUS_OPT_STRING, "state", "\"auto\"",
            "The file that records sounding notes, to end them after a crash: \"auto\" is in the "
            "folder of the control sockets, \"off\" is none, else an absolute path."}),
};

constexpr tactus_option metrics_options[] = {
    option({TACTUS_OPT_BOOL, "enabled", "true",
            "Serve the status page, /metrics, /livez and /readyz."}),
    option({TACTUS_OPT_ENDPOINT, "listen", "\"127.0.0.1:9464\"",
            "The address (numeric, or localhost) and port to serve them on; port 0 takes any free "
            "port."}),
    option({TACTUS_OPT_BOOL, "open", "false",
            "Whether the network may reach them; if false, listen must be a loopback address."}),
    option({TACTUS_OPT_STRING, "allowed_hosts", "[]",
            "Host names that a request may ask for, besides the address itself.", list}),
};

constexpr tactus_option control_options[] = {
    option({TACTUS_OPT_BOOL, "enabled", "true",
            "Open the sockets over which commands such as `tactus status` reach the daemon."}),
    option({TACTUS_OPT_STRING, "group", "\"\"",
            "The group whose members may change the running daemon; \"\" is the daemon's own."}),
    option({TACTUS_OPT_STRING, "status_group", "\"\"",
            "The group whose members may ask for its state; \"\" is the daemon's own."}),
};

constexpr tactus_option plugins_options[] = {
    option({TACTUS_OPT_CHOICE, "trust", "\"owner\"",
            "Which plugin files a daemon of root or of a service opens: \"owner\" opens those that "
            "only root and its own user may write; \"any\" opens all.",
            0, nullptr, nullptr, trust_choices}),
};

constexpr tactus_option log_options[] = {
    option({TACTUS_OPT_CHOICE, "level", "\"info\"",
            "The lowest level of the lines that are written.", 0, nullptr, nullptr, level_choices}),
    option({TACTUS_OPT_CHOICE, "format", "\"text\"", "The format of the lines.", 0, nullptr,
            nullptr, format_choices}),
};

constexpr tactus_option top[] = {
    option({TACTUS_OPT_INT, "schema", "1", "The version of this file's layout."}),
    option({TACTUS_OPT_STRING, "name", "\"tactus\"", "This daemon's name in logs and metrics."}),
    section("time", "{}", "When events leave, and when they are too late.", time_options),
    section("limits", "{}", "How much may wait.", limits_options),
    section("safety", "{}", "Protection from stuck notes and feedback loops.", safety_options),
    section("metrics", "{}", "The pages for people, Prometheus and health checks.",
            metrics_options),
    section("control", "{}", "The sockets for commands to the running daemon.", control_options),
    section("log", "{}", "What is written to standard error.", log_options),
    section("plugins", "{}", "The files of the plugins.", plugins_options),
};

constexpr tactus_option restart_options[] = {
    option({TACTUS_OPT_DURATION, "first", "\"500ms\"", "The wait before the first new attempt.", 0,
            "\"10ms\"", "\"1h\""}),
    option({TACTUS_OPT_DURATION, "max", "\"10s\"", "The longest wait between two attempts.", 0,
            "\"10ms\"", "\"24h\""}),
};

constexpr tactus_option queue_options[] = {
    option({TACTUS_OPT_INT, "pending", nullptr,
            "The most events that may wait for this output; by default as in [limits].", 0, "16",
            "4_000_000"}),
    option({TACTUS_OPT_CHOICE, "when_full", nullptr,
            "What happens when there is no room for an event; by default as in [limits].", 0,
            nullptr, nullptr, when_full_choices}),
};

constexpr tactus_option name_option = option(
    {TACTUS_OPT_STRING, "name", nullptr,
     "Its name in routes, logs and metrics: lower-case letters, digits, - and _.", required});
constexpr tactus_option type_option =
    option({TACTUS_OPT_STRING, "type", nullptr,
            "The type of its plugin; `tactus plugins` lists them.", required});
constexpr tactus_option enabled_option = option(
    {TACTUS_OPT_BOOL, "enabled", "true",
     "Whether it exists; with false, its other settings are not read, and no route may name it."});
constexpr tactus_option restart_option = section(
    "restart", "{}", "How long to wait before it is restarted after a failure.", restart_options);

constexpr tactus_option input_options[] = {
    name_option,
    type_option,
    enabled_option,
    restart_option,
    option({TACTUS_OPT_BOOL, "required", "true",
            "Whether the daemon is not ready while this input, or every port of it, is down."}),
    option({TACTUS_OPT_RATE, "rate", nullptr,
            "Events above this rate are refused; unlimited if it is not set.", 0, "\"0.001/s\""}),
    option({TACTUS_OPT_CHOICE, "clock", "\"wall\"",
            "The clock of OSC time tags: \"wall\" is this machine's; \"sender\" is the sender's, "
            "estimated from its time tags and their arrival.",
            0, nullptr, nullptr, clock_choices}),
    option({TACTUS_OPT_DURATION, "clock_lead", "\"200ms\"",
            "With clock = \"sender\": how long before its time tag the sender sends a message.", 0,
            "\"0ms\"", "\"10s\""}),
    option({TACTUS_OPT_CHOICE, "dispatch", "\"literal\"",
            "How a pattern in an incoming OSC address is read: \"literal\" takes it as text; "
            "\"osc1\" sends the message to every route whose literal address it matches.",
            0, nullptr, nullptr, dispatch_choices}),
    option({TACTUS_OPT_INT, "pending", nullptr,
            "The most events of this input that may wait, in all outputs together; by default as "
            "many as its shares allow.",
            0, "16", "4_000_000"}),
};

constexpr tactus_option output_options[] = {
    name_option,
    type_option,
    enabled_option,
    restart_option,
    option({TACTUS_OPT_BOOL, "required", "false",
            "Whether the daemon is not ready while this output, or a port or peer of it, is down; "
            "\"any\": only while all of them are.",
            0, nullptr, nullptr, required_words}),
    section("queue", "{}", "The events that wait for this output.", queue_options),
    option({TACTUS_OPT_CHOICE, "late", nullptr, "As in [time], for this output.", 0, nullptr,
            nullptr, late_choices}),
    option({TACTUS_OPT_DURATION, "late_limit", nullptr, "As in [time], for this output.", 0,
            "\"0ms\"", "\"1h\""}),
    option({TACTUS_OPT_CHOICE, "late_from", nullptr, "As in [time], for this output.", 0, nullptr,
            nullptr, late_from_choices}),
    option({TACTUS_OPT_DURATION, "max_note", nullptr, "As in [safety], for this output.", 0,
            "\"0s\"", "\"24h\""}),
    option({TACTUS_OPT_CHOICE, "precision", "\"normal\"",
            "\"spin\" wakes shortly before the due time and stays awake until then.", 0, nullptr,
            nullptr, precision_choices}),
    option(
        {TACTUS_OPT_BOOL, "restore", "false",
         "Whether a MIDI device that comes back, also after a restart, gets the banks, programs, "
         "controllers, parameters, bends and pressures again that it was sent last."}),
    option({TACTUS_OPT_DURATION, "stall_limit", "\"1s\"",
            "An output that makes no progress for this long is cut off and restarted.", 0,
            "\"10ms\"", "\"10m\""}),
};

constexpr tactus_option of_streams[] = {
    option({TACTUS_OPT_INT, "connections_max", "64",
            "The most connections at a time; further ones are refused.", 0, "1", "4096"}),
    option({TACTUS_OPT_BYTES, "buffer_max", "\"1MiB\"",
            "The most bytes that may wait for a connection whose peer does not read them.", 0,
            "\"256KiB\"", "\"1GiB\""}),
    option({TACTUS_OPT_DURATION, "idle_timeout", "\"0s\"",
            "A connection without traffic for this long is closed; \"0s\" is never.", 0, "\"0s\"",
            "\"24h\""}),
};

constexpr tactus_option route[] = {
    option({TACTUS_OPT_STRING, "name", nullptr,
            "Its name in metrics and commands; by default \"route 3\" for the third of the file."}),
    option({TACTUS_OPT_BOOL, "enabled", "true",
            "Whether it exists; with false, its other settings are not read."}),
    option({TACTUS_OPT_STRING, "from", nullptr, "The inputs, by name.", required | list}),
    option({TACTUS_OPT_STRING, "address", "\"*\"",
            "The OSC address or pattern to match; \"*\" matches every event, MIDI too."}),
    option({TACTUS_OPT_STRING, "to", nullptr, "The outputs, by name.", required | list}),
    option(
        {TACTUS_OPT_DURATION, "throttle", nullptr,
         "At most one event per address or controller in this time; the newest leaves at its end.",
         0, "\"100us\"", "\"1h\""}),
    option({TACTUS_OPT_BOOL, "dedupe", "false",
            "Whether to leave out an event that repeats the previous one of its address or "
            "controller."}),
};

template <std::size_t N>
std::vector<std::string_view> keys(const tactus_option (&options)[N]) {
    std::vector<std::string_view> out;
    for (const tactus_option& one : options) {
        out.emplace_back(one.key);
    }
    return out;
}

} // namespace

option_table top_options() noexcept {
    return option_table(top);
}

option_table instance_options(std::uint32_t kind) noexcept {
    return kind == TACTUS_KIND_INPUT ? option_table(input_options) : option_table(output_options);
}

std::span<const std::string_view> instance_keys(std::uint32_t kind) noexcept {
    static const std::vector<std::string_view> of_inputs = keys(input_options);
    static const std::vector<std::string_view> of_outputs = keys(output_options);
    return kind == TACTUS_KIND_INPUT ? of_inputs : of_outputs;
}

bool uses_streams(const tactus_descriptor& plugin) noexcept {
    const char* const* each = plugin.requires_interfaces;
    while (each != nullptr && *each != nullptr && std::string_view(*each) != TACTUS_STREAM_0) {
        ++each;
    }
    return each != nullptr && *each != nullptr;
}

option_table stream_options() noexcept {
    return option_table(of_streams);
}

std::vector<std::string_view> keys_beside(const tactus_descriptor& plugin, std::uint32_t kind) {
    const std::span<const std::string_view> shared = instance_keys(kind);
    std::vector<std::string_view> all(shared.begin(), shared.end());
    if (uses_streams(plugin)) {
        for (const tactus_option& one : of_streams) {
            all.emplace_back(one.key);
        }
    }
    return all;
}

option_table route_options() noexcept {
    return option_table(route);
}

} // namespace tactus::config

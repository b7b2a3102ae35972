// SPDX-License-Identifier: MIT
#include "tests/kernel/config/plugins.hpp"

#include <tactus/iface/stream.h>

namespace tactus::config::test {
namespace {

const char* const listen_schemes[] = {"udp", "tcp", "unix", nullptr};
const char* const to_schemes[] = {"udp", "tcp", nullptr};
const char* const timetags[] = {"none", "bundle", nullptr};
const char* const apis[] = {"alsa", "jack", nullptr};

const tactus_option osc_input_options[] = {
    {TACTUS_OPT_ENDPOINT, TACTUS_OPT_REQUIRED | TACTUS_OPT_ARRAY, "listen", nullptr,
     "Where to listen.", nullptr, nullptr, listen_schemes, nullptr, 0, 0},
    {TACTUS_OPT_STRING, TACTUS_OPT_ARRAY, "allow", nullptr, "Networks that may send.", nullptr,
     nullptr, nullptr, nullptr, 0, 0},
    {TACTUS_OPT_BYTES, 0, "max_packet", "\"64KiB\"", "The largest packet, in bytes.", "16",
     "\"1MiB\"", nullptr, nullptr, 0, 0},
    {TACTUS_OPT_STRING, TACTUS_OPT_SECRET, "token", nullptr, "What a sender must show.", nullptr,
     nullptr, nullptr, nullptr, 0, 0},
};

const tactus_option osc_output_options[] = {
    {TACTUS_OPT_ENDPOINT, TACTUS_OPT_REQUIRED, "to", nullptr, "Where to send.", nullptr, nullptr,
     to_schemes, nullptr, 0, 0},
    {TACTUS_OPT_CHOICE, 0, "timetags", "\"none\"", "Who keeps the time.", nullptr, nullptr,
     timetags, nullptr, 0, 0},
    {TACTUS_OPT_DURATION, 0, "offset", "\"0ms\"", "Sooner or later than due.", "\"-1s\"", "\"1s\"",
     nullptr, nullptr, 0, 0},
};

const tactus_option midi_options[] = {
    {TACTUS_OPT_STRING, TACTUS_OPT_REQUIRED, "port", nullptr, "The device's name; * is anything.",
     nullptr, nullptr, nullptr, nullptr, 0, 0},
    {TACTUS_OPT_CHOICE, 0, "api", "\"alsa\"", "The system's interface.", nullptr, nullptr, apis,
     nullptr, 0, 0},
    {TACTUS_OPT_INT, TACTUS_OPT_ARRAY, "channels", "[1, 2]", "The channels taken.", "1", "16",
     nullptr, nullptr, 0, 0},
    {TACTUS_OPT_FLOAT, 0, "gain", "1.0", "A factor for velocities.", "0.0", "4.0", nullptr, nullptr,
     0, 0},
    {TACTUS_OPT_BOOL, 0, "sysex", "false", "Let system exclusive through.", nullptr, nullptr,
     nullptr, nullptr, 0, 0},
};

const tactus_option note_options[] = {
    {TACTUS_OPT_INT, TACTUS_OPT_REQUIRED, "key", nullptr, "The MIDI key.", "0", "127", nullptr,
     nullptr, 0, 0},
    {TACTUS_OPT_INT, 0, "velocity", "100", "How hard.", "1", "127", nullptr, nullptr, 0, 0},
    {TACTUS_OPT_DURATION, 0, "length", "\"100ms\"", "How long.", nullptr, nullptr, nullptr, nullptr,
     0, 0},
};

const tactus_option pulse_options[] = {
    {TACTUS_OPT_RATE, 0, "beat", "\"2/s\"", "How often.", "\"1/h\"", "\"10000/s\"", nullptr,
     nullptr, 0, 0},
    {TACTUS_OPT_DURATION, 0, "lead", "\"20ms\"", "How far ahead.", nullptr, nullptr, nullptr,
     nullptr, 0, 0},
    {TACTUS_OPT_TABLE, TACTUS_OPT_ARRAY, "note", nullptr, "The notes, in turn.", nullptr, nullptr,
     nullptr, note_options, 3, 0},
};

const tactus_option tls_options[] = {
    {TACTUS_OPT_STRING, TACTUS_OPT_REQUIRED, "cert", nullptr, "The certificate's file.", nullptr,
     nullptr, nullptr, nullptr, 0, 0},
    {TACTUS_OPT_STRING, TACTUS_OPT_SECRET, "password", nullptr, "The key's password.", nullptr,
     nullptr, nullptr, nullptr, 0, 0},
};

const tactus_option memory_options[] = {
    {TACTUS_OPT_BYTES, 0, "capacity", "4096", "Bytes kept.", nullptr, nullptr, nullptr, nullptr, 0,
     0},
    {TACTUS_OPT_TABLE, 0, "tls", nullptr, "For nothing at all.", nullptr, nullptr, nullptr,
     tls_options, 2, 0},
};

const tactus_option web_options[] = {
    {TACTUS_OPT_STRING, TACTUS_OPT_ARRAY, "origins", nullptr, "Pages that may connect.", nullptr,
     nullptr, nullptr, nullptr, 0, 0},
    {TACTUS_OPT_BOOL, 0, "reply", "false", "Whether replies go to the pages.", nullptr, nullptr,
     nullptr, nullptr, 0, 0},
    {TACTUS_OPT_ENDPOINT, 0, "reply_listen", "\"udp://127.0.0.1:41234\"", "Where replies come.",
     nullptr, nullptr, listen_schemes, nullptr, 0, 0},
};
const char* const web_requires[] = {TACTUS_STREAM_0, nullptr};

const tactus_option lines_options[] = {
    {TACTUS_OPT_BOOL, 0, "stdin", "false", "Read standard input.", nullptr, nullptr, nullptr,
     nullptr, 0, 0},
};

const tactus_option port_options[] = {
    {TACTUS_OPT_STRING, 0, "name", nullptr, "Its name.", nullptr, nullptr, nullptr, nullptr, 0, 0},
    {TACTUS_OPT_STRING, 0, "serial", nullptr, "Its serial number.", nullptr, nullptr, nullptr,
     nullptr, 0, 0},
    {TACTUS_OPT_INT, 0, "cable", "1", "Which of its cables.", nullptr, nullptr, nullptr, nullptr, 0,
     0},
};

const tactus_option device_options[] = {
    {TACTUS_OPT_TABLE, TACTUS_OPT_OR_TEXT, "port", nullptr, "Which device.", nullptr, nullptr,
     nullptr, port_options, 3, 0},
    {TACTUS_OPT_STRING, 0, "map_file", nullptr, "Its map.", nullptr, nullptr, nullptr, nullptr, 0,
     0},
};

const tactus_option faulty_options[] = {
    {TACTUS_OPT_INT, 0, "depth", "\"deep\"", "Its default is no integer.", nullptr, nullptr,
     nullptr, nullptr, 0, 0},
};

template <std::size_t N>
tactus_descriptor describe(const char* type, std::uint32_t kinds, const char* doc,
                           const tactus_option (&options)[N]) {
    tactus_descriptor out{};
    out.struct_size = sizeof out;
    out.kinds = kinds;
    out.id = type;
    out.type = type;
    out.version = "1.2";
    out.vendor = "tests";
    out.license = "MIT";
    out.doc = doc;
    out.options = options;
    out.n_options = std::uint32_t{N};
    out.option_size = sizeof(tactus_option);
    return out;
}

constexpr std::uint32_t both = TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT;

const tactus_descriptor* find(std::uint32_t kind, std::string_view type, std::string& why_not) {
    if (type == "locked") {
        why_not = "its file can be written by everyone";
        return nullptr;
    }
    const tactus_descriptor* const all[] = {&osc_input(), &osc_output(), &midi(),
                                            &pulse(),     &memory(),     &faulty(),
                                            &web(),       &lines(),      &device()};
    for (const tactus_descriptor* const one : all) {
        if (one->type == type && (one->kinds & kind) != 0) {
            return one;
        }
    }
    return nullptr;
}

} // namespace

const tactus_descriptor& osc_input() {
    static const auto it = describe("osc", TACTUS_KIND_INPUT, "OSC comes in.", osc_input_options);
    return it;
}
const tactus_descriptor& osc_output() {
    static const auto it = describe("osc", TACTUS_KIND_OUTPUT, "OSC goes out.", osc_output_options);
    return it;
}
const tactus_descriptor& midi() {
    static const auto it = describe("midi", both, "MIDI devices.", midi_options);
    return it;
}
const tactus_descriptor& pulse() {
    static const auto it = describe("pulse", TACTUS_KIND_INPUT, "A steady pattern.", pulse_options);
    return it;
}
const tactus_descriptor& memory() {
    static const auto it = describe("memory", both, "Inside the process.", memory_options);
    return it;
}
const tactus_descriptor& faulty() {
    static const auto it = describe("faulty", both, "Wrongly declared.", faulty_options);
    return it;
}

const tactus_descriptor& web() {
    static const auto it = [] {
        tactus_descriptor made = describe("web", both, "Connections.", web_options);
        made.requires_interfaces = web_requires;
        return made;
    }();
    return it;
}

const tactus_descriptor& lines() {
    static const auto it = describe("lines", TACTUS_KIND_INPUT, "Lines come in.", lines_options);
    return it;
}

const tactus_descriptor& device() {
    static const auto it = describe("device", both, "Devices.", device_options);
    return it;
}

plugin_types plugins() {
    return {find, [](std::uint32_t kind) {
                return kind == TACTUS_KIND_INPUT
                           ? std::vector<std::string>{"osc", "midi", "pulse", "memory"}
                           : std::vector<std::string>{"osc", "midi", "memory"};
            }};
}

std::string small_file::text() const {
    return top + "\n[[input]]\nname = \"desk\"\ntype = \"memory\"\n" + input +
           "\n[[output]]\nname = \"organ\"\ntype = \"memory\"\n" + output +
           "\n[[route]]\nfrom = \"desk\"\nto = \"organ\"\n" + route + "\n";
}

} // namespace tactus::config::test

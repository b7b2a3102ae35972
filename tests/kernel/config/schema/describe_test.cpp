// SPDX-License-Identifier: MIT
#include "kernel/config/schema/describe.hpp"

#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include <sstream>
#include <vector>

namespace tactus::config::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

bool has_line(const std::string& text, const std::string& expected) {
    for (const std::string& line : lines_of(text)) {
        if (line == expected) {
            return true;
        }
    }
    UNSCOPED_INFO(text);
    return false;
}

// `# key = value` becomes `key = value`; text stays a comment.
std::string uncommented(const std::string& sample) {
    std::string out;
    for (const std::string& line : lines_of(sample)) {
        const std::size_t equals = line.find(" = ");
        const bool is_setting =
            line.starts_with("# ") && equals != std::string::npos && line.find(' ', 2) == equals;
        out += (is_setting ? line.substr(2) : line) + "\n";
    }
    return out;
}

std::string errors_of(const std::string& text) {
    const auto outcome = load_text(text, "sample", plugins());
    return outcome ? "" : render(outcome.error().found, outcome.error().sources, text);
}

std::string sample_file(const tactus_descriptor& input, const tactus_descriptor& output) {
    // Two instances of one type have one sample name; the output's is changed.
    std::string out = sample_toml(output, TACTUS_KIND_OUTPUT);
    out.replace(out.find("my-"), 3, "out-");
    return sample_sections_toml() + "\n" + sample_toml(input, TACTUS_KIND_INPUT) + "\n" + out +
           "\n[[route]]\nfrom = \"my-" + input.type + "\"\nto = \"out-" + output.type + "\"\n";
}

TEST_CASE("the text shows key, type, default, range and meaning in columns") {
    const std::string text = describe_text(midi());

    CHECK(text.starts_with("midi (midi 1.2, tests, MIT)\nMIDI devices.\n"));
    CHECK(has_line(text, "  port      text             required  The device's name; * is "
                         "anything."));
    CHECK(has_line(text, "  channels  list of integer  [1, 2]    The channels taken. Expected 1 "
                         "to 16."));
    CHECK(has_line(text, "  api       choice           \"alsa\"    The system's interface. One of "
                         "\"alsa\" or \"jack\"."));
}

TEST_CASE("the text shows the options of tables, and what every instance has") {
    const std::string text = describe_text(pulse());

    CHECK(text.find("\n    velocity ") != std::string::npos);
    CHECK(text.find("\nevery input has\n") != std::string::npos);
    CHECK(text.find("\nevery output has\n") == std::string::npos);
}

TEST_CASE("the JSON holds every property of an option") {
    const std::string json = describe_json(osc_input());

    CHECK(json.starts_with("{\"id\":\"osc\",\"type\":\"osc\",\"kinds\":[\"input\"],"));
    CHECK(json.find("{\"key\":\"max_packet\",\"type\":\"size\",\"required\":false,\"list\":false,"
                    "\"secret\":false,\"default\":\"\\\"64KiB\\\"\",\"min\":\"16\","
                    "\"max\":\"\\\"1MiB\\\"\",\"choices\":[],\"doc\":\"The largest packet, in "
                    "bytes.\",\"options\":[]}") != std::string::npos);
    CHECK(json.find("\"choices\":[\"udp\",\"tcp\",\"unix\"]") != std::string::npos);
    CHECK(json.find("\"default\":null") != std::string::npos);
}

TEST_CASE("a sample is a file that loads") {
    CHECK(errors_of(sample_file(osc_input(), osc_output())) == "");
    CHECK(errors_of(sample_file(midi(), midi())) == "");
    CHECK(errors_of(sample_file(pulse(), memory())) == "");
}

TEST_CASE("a sample loads with every comment taken away, too") {
    CHECK(errors_of(uncommented(sample_file(osc_input(), osc_output()))) == "");
    CHECK(errors_of(uncommented(sample_file(midi(), midi()))) == "");
    CHECK(errors_of(uncommented(sample_file(pulse(), memory()))) == "");
}

TEST_CASE("a sample shows every setting") {
    const std::string sample = sample_toml(midi(), TACTUS_KIND_OUTPUT);

    for (const char* const key : {"port", "api", "channels", "gain", "sysex", "restart", "required",
                                  "queue", "late", "late_limit", "late_from", "stall_limit"}) {
        INFO(key);
        CHECK(uncommented(sample).find("\n" + std::string(key) + " = ") != std::string::npos);
    }
}

} // namespace
} // namespace tactus::config::test

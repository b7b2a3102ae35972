// SPDX-License-Identifier: MIT
// What is said of a daemon that does not start: lines of its log, as its configuration wants them.
// What the manager is told is in service_test.cpp.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sstream>

using namespace tactus::test;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

constexpr const char* in_json = "[log]\nformat = \"json\"\n";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string bridge(const std::string& more) {
    return osc_bridge(free_udp_port(), free_udp_port()) + more;
}

std::string with_pages_at(std::uint16_t port) {
    return fmt::format("[metrics]\nlisten = \"127.0.0.1:{}\"\n", port);
}

finished run_file(const std::string& text) {
    const temp_dir folder;
    return run({tactus_program, "run", folder.write("test.toml", text)});
}

// Runs it where systemd says that standard error is the journal. The lines are there if no journal
// takes them.
std::vector<std::string> in_journal(const std::string& words) {
    const temp_dir folder;
    const std::string path = folder.write("stderr", "");
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    process::options options;
    options.environment = {fmt::format("JOURNAL_STREAM={}:{}", file.st_dev, file.st_ino)};
    static_cast<void>(
        run({"sh", "-c", "exec \"$0\" " + words + " 2>>\"$1\"", tactus_program, path}, options));
    std::ifstream written(path);
    return lines_of({std::istreambuf_iterator<char>(written), {}});
}

bool has_journal() {
    return std::filesystem::exists("/run/systemd/journal/socket");
}

} // namespace

TEST_CASE("errors of a file that wants its log in JSON are lines of that") {
    const finished ended = run_file(bridge(in_json) + "[time]\nnonsense = 1\nmax_ahead = \"x\"\n");
    const std::vector<std::string> lines = lines_of(ended.err);

    CHECK(ended.code == 78);
    INFO(ended.err);
    REQUIRE(lines.size() == 3);
    for (const std::string& each : lines) {
        CHECK_THAT(each,
                   StartsWith("{\"time\":\"") && EndsWith("}") && Contains("\"level\":\"error\""));
    }
    CHECK_THAT(lines[0], Contains("\"event_id\":\"config_fault\"") && Contains("nonsense"));
    CHECK_THAT(lines[1], Contains("\"event_id\":\"config_fault\"") && Contains("max_ahead"));
    CHECK_THAT(lines[2], Contains("\"event_id\":\"start_failed\""));
}

TEST_CASE("an address that is taken is a line of the log") {
    const tcp_peer other;
    const finished json = run_file(bridge(in_json) + with_pages_at(other.port()));
    const finished text = run_file(bridge("") + with_pages_at(other.port()));

    CHECK(json.code == 1);
    CHECK_THAT(lines_of(json.err).back(),
               StartsWith("{") && Contains("\"event_id\":\"start_failed\"") &&
                   Contains("\"text\":\"Not started: cannot listen on 127.0.0.1:"));
    CHECK(text.code == 1);
    CHECK_THAT(lines_of(text.err).back(),
               Contains(" error   Not started: cannot listen on 127.0.0.1:"));
}

TEST_CASE("a person is shown the errors with their lines, and nothing twice") {
    const finished ended = run_file(bridge("nonsense = 1\n"));

    CHECK_THAT(ended.err, Contains("test.toml:") && Contains("| nonsense = 1"));
    CHECK_THAT(ended.err, EndsWith("1 error; nothing was started\n"));
}

TEST_CASE("in the journal each line of a start that fails is an error") {
    const temp_dir folder;
    const std::string file = folder.write("test.toml", bridge("nonsense = 1\n"));
    const std::string no_toml = folder.write("no.toml", "= 1\n");
    const std::string words = GENERATE_COPY("run " + file, "run " + no_toml, "run --bogus",
                                            std::string("reload --socket /nowhere/control.sock"));
    const std::vector<std::string> lines = in_journal(words);

    for (const std::string& each : lines) {
        CHECK_THAT(each, StartsWith("<3>"));
        CHECK_THAT(each, !Contains("| nonsense"));
    }
    const bool is_in_log = words.ends_with(".toml");
    if (is_in_log && has_journal()) {
        CHECK(lines.empty());
        return;
    }
    REQUIRE(!lines.empty());
    CHECK((lines.back() == "<3>Not started: the configuration has errors.") == is_in_log);
}

// SPDX-License-Identifier: MIT
// What was recorded of a running daemon, or is in a MIDI file, is played through one.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"

#include <csignal>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

std::string text_of(const arrival& packet) {
    return {packet.bytes.begin(), packet.bytes.end()};
}

// Notes that the script gives as MIDI leave as OSC.
struct hall {
    hall()
        : daemon(fmt::format(R"(
name = "hall"
[[input]]
name = "scripts"
type = "stream"
listen = "unix://{}"
[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "scripts"
to = "projector"
)",
                             files.path("in"), peer.port())),
          script(files.path("in")) {}

    std::unique_ptr<process> command(std::vector<std::string> words) {
        words.insert(words.begin(), tactus_program);
        return std::make_unique<process>(
            words,
            process::options{{"RUNTIME_DIRECTORY=" + daemon.program().runtime_folder()}, {}});
    }
    std::string next() {
        const auto packet = peer.receive(patience);
        REQUIRE(packet);
        return text_of(*packet);
    }

    // The last three packets up to /three, and how far apart they came.
    std::pair<std::vector<std::string>, std::vector<std::int64_t>> until_three() {
        std::vector<std::string> texts;
        std::vector<std::int64_t> at_ns;
        do {
            const auto packet = peer.receive(patience);
            REQUIRE(packet);
            texts.push_back(text_of(*packet));
            at_ns.push_back(packet->at_ns);
        } while (texts.back().find("/three") == std::string::npos);
        REQUIRE(texts.size() >= 3);
        const std::size_t n = texts.size();
        return {{texts.end() - 3, texts.end()},
                {at_ns[n - 2] - at_ns[n - 3], at_ns[n - 1] - at_ns[n - 2]}};
    }

    temp_dir files;
    udp_peer peer;
    daemon_process daemon;
    unix_client script;
};

std::string note_file(const hall& test) {
    return test.files.write("song.jsonl",
                            "{\"tactus_recording\":1,\"started\":1000.000000}\n"
                            R"({"result":"received","at":1001,"due":1001,"midi":"90 3c 64"})"
                            "\n"
                            R"({"result":"received","at":1031,"due":1031,"midi":"90 40 64"})"
                            "\n");
}

} // namespace

TEST_CASE(
    "what was recorded plays again: the same messages, in the same order, at their distances") {
    hall test;
    const std::string file = test.files.path("take.jsonl");
    const auto tap = test.command({"tap", "--record", file});
    const bool is_open = eventually([&] { // it is as soon as it shows something
        test.script.write("{\"osc\": \"/warm\", \"args\": []}\n");
        return tap->says("/warm", std::chrono::milliseconds(100));
    });
    INFO("tap: " << tap->out() << tap->err() << "\ndaemon: " << test.daemon.program().err());
    REQUIRE(is_open);
    test.script.write("{\"osc\": \"/one\", \"args\": [1, 0.1, \"text\"]}\n"
                      "{\"osc\": \"/two\", \"args\": [2], \"at\": \"+400ms\"}\n"
                      "{\"osc\": \"/three\", \"args\": [3], \"at\": \"+600ms\"}\n");
    REQUIRE(tap->says("/three"));
    tap->signal(SIGINT);
    static_cast<void>(tap->wait());
    const std::vector<std::string> before = test.until_three().first;

    for (const std::vector<std::string>& how :
         {std::vector<std::string>{}, {"--as-input", "scripts"}, {"--speed", "2"}}) {
        std::vector<std::string> words = {"replay", file};
        words.insert(words.end(), how.begin(), how.end());
        const auto replay = test.command(words);
        const auto [again, gaps_ns] = test.until_three();

        CHECK(again == before);
        CHECK(replay->wait() == 0);
        INFO(replay->err());
        CHECK(gaps_ns[1] < gaps_ns[0]); // 400 ms, then 200 ms, or half of that
    }
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("when a replay ends early, what sounds is ended, and what waits is taken back") {
    for (const int signal : {SIGINT, SIGKILL}) {
        hall test;
        const auto replay = test.command({"replay", note_file(test), "--as-input", "scripts"});
        CHECK_THAT(test.next(), Contains("/note_on"));

        replay->signal(signal);

        CHECK_THAT(test.next(), Contains("/note_off"));
        CHECK(test.daemon.metric("tactus_deliveries_pending{output=\"projector\"}") <= 0);
        CHECK(test.daemon.stop() == 0);
    }
}

TEST_CASE("a note that was recorded as OSC is ended with its replay, once, and a panic ends it") {
    hall test;
    const std::string file = test.files.write(
        "osc.jsonl",
        "{\"tactus_recording\":1,\"started\":1000.000000}\n"
        R"({"result":"sent","at":1001,"due":1001,"output":"projector","osc":"/midi/k/note_on",)"
        R"("args":[["i",1],["i",60],["i",100]]})"
        "\n"
        R"({"result":"sent","at":1031,"due":1031,"output":"projector","osc":"/midi/k/note_off",)"
        R"("args":[["i",1],["i",60],["i",64]]})"
        "\n");
    const auto sounding = [&] {
        return test.daemon.metric("tactus_output_notes_sounding{output=\"projector\"}");
    };
    for (const bool is_panic : {false, true}) {
        const auto replay = test.command({"replay", file});
        CHECK_THAT(test.next(), Contains("/midi/k/note_on"));
        CHECK(eventually([&] { return sounding() == 1; }));

        if (is_panic) {
            CHECK(test.command({"panic"})->wait() == 0);
            CHECK_THAT(test.next(), Contains("/midi/k/note_off"));
        }
        replay->signal(SIGINT);
        static_cast<void>(replay->wait());

        if (!is_panic) {
            CHECK_THAT(test.next(), Contains("/midi/k/note_off"));
        }
        CHECK(eventually([&] {
            return test.daemon.metric("tactus_deliveries_pending{output=\"projector\"}") == 0;
        }));
        CHECK(sounding() == 0);
        test.script.write("{\"osc\": \"/after\", \"args\": []}\n");
        CHECK_THAT(test.next(), Contains("/after"));
    }
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("the end of a replay leaves alone what another holds, and takes its note-offs along") {
    hall test;
    test.script.write("{\"note\": 60}\n");
    CHECK_THAT(test.next(), Contains("/note_on"));
    const std::string file = test.files.write(
        "held.jsonl", "{\"tactus_recording\":1,\"started\":1000.000000}\n"
                      R"({"result":"received","at":1001,"due":1001,"midi":"90 3c 64"})"
                      "\n"
                      R"({"result":"received","at":1001,"due":1001,"midi":"90 3e 64"})"
                      "\n"
                      R"({"result":"received","at":1001.5,"due":1001.5,"midi":"80 3c 40"})"
                      "\n"
                      R"({"result":"received","at":1001.5,"due":1001.5,"midi":"80 3e 40"})"
                      "\n");
    const auto replay = test.command({"replay", file, "--as-input", "scripts"});
    CHECK_THAT(test.next(), Contains("/note_on"));
    CHECK_THAT(test.next(), Contains("/note_on"));

    replay->signal(SIGINT);
    const std::string end = test.next();
    CHECK_THAT(end, Contains("/note_off"));
    CHECK(end.find('\x3e') != std::string::npos); // once, and not of 60
    CHECK(eventually([&] {
        return test.daemon.metric("tactus_deliveries_pending{output=\"projector\"}") == 0;
    }));
    test.script.write("{\"osc\": \"/after\", \"args\": []}\n");
    CHECK_THAT(test.next(), Contains("/after"));
    CHECK(test.daemon.metric("tactus_output_notes_sounding{output=\"projector\"}") == 1);
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("what an event cannot do is told: a name that is not there, the wrong protocol") {
    hall test;
    const std::string file =
        test.files.write("midi.jsonl", "{\"tactus_recording\":1,\"started\":1000}\n"
                                       R"({"result":"sent","at":1,"midi":"90 3c 64"})"
                                       "\n");
    const auto no_name = test.command({"replay", file, "--output", "organ"});
    CHECK(no_name->wait() == 1);
    CHECK_THAT(no_name->err(), Contains("there is no output \"organ\""));
    const auto no_midi = test.command({"replay", file, "--output", "projector"});
    CHECK(no_midi->wait() == 1);
    CHECK_THAT(no_midi->err(), Contains("unsupported_type: it takes no MIDI"));
    CHECK_THAT(no_midi->out(), Contains("0 events were taken, 1 were not."));
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("a MIDI file plays through an input, again and again") {
    hall test;
    const std::string song("MThd\0\0\0\6\0\0\0\1\0\140MTrk\0\0\0\014\0\220\74\144\140\74\0\0\377\57"
                           "\0\0",
                           34);
    const std::string file = test.files.write("song.mid", song);
    const auto nowhere = test.command({"replay", file});
    CHECK(nowhere->wait() == 1);
    CHECK_THAT(nowhere->err(), Contains("--output NAME or --as-input NAME"));

    const auto replay =
        test.command({"replay", file, "--as-input", "scripts", "--speed", "50", "--loop"});
    for (int i = 0; i < 5; ++i) {
        CHECK_THAT(test.next(), Contains("/note_on"));
        CHECK_THAT(test.next(), Contains("/note_on"));
    }
    CHECK(replay->is_running());
    CHECK(test.daemon.stop() == 0);
}

// SPDX-License-Identifier: MIT
// `tactus send`: to an output of a running daemon, or as one of its inputs, over real sockets.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"

#include <csignal>
#include <fmt/format.h>
#include <string>
#include <vector>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

// Desk leads to the peer, but for /secret; the second output never comes up.
class hall {
public:
    hall()
        : daemon_(fmt::format(R"(
name = "hall"
[[input]]
name = "desk"
type = "memory"
[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"
[[output]]
name = "organ"
type = "midi"
port = "no such device"
[[route]]
name = "all"
from = "desk"
to = "projector"
match = {{ where = ["$address != '/secret'"] }}
[[route]]
name = "notes"
from = "desk"
to = "projector"
match = {{ type = "note" }}
[[route]]
from = "desk"
address = "/organ"
to = "organ"
)",
                              peer_.port())) {
        REQUIRE(eventually([this] {
            return run_tactus({"status"}).out.find("projector  up") != std::string::npos;
        }));
    }

    finished run_tactus(std::vector<std::string> words) {
        words.insert(words.begin(), tactus_program);
        return run(std::move(words), here());
    }
    finished send(std::vector<std::string> words) {
        words.insert(words.begin(), "send");
        return run_tactus(std::move(words));
    }
    [[nodiscard]] process::options here() {
        return {{"RUNTIME_DIRECTORY=" + daemon_.program().runtime_folder()}, {}};
    }
    // The next datagram, as text.
    std::string arrival() const {
        const auto came = peer_.receive(patience);
        return came ? std::string(came->bytes.begin(), came->bytes.end()) : "nothing";
    }
    [[nodiscard]] double pending() {
        return daemon_.metric("tactus_deliveries_pending{output=\"projector\"}");
    }
    void require_exact() {
        CHECK(daemon_.metric("tactus_deliveries_unaccounted") == 0);
        CHECK(daemon_.stop() == 0);
    }
    daemon_process& daemon() { return daemon_; }

private:
    udp_peer peer_;
    daemon_process daemon_;
};

} // namespace

TEST_CASE("send sends an event to an output, and says that it left") {
    hall here;

    const finished osc = here.send({"projector", "osc", "/a/b", "-1", "2.5", "text"});
    CHECK(osc.code == 0);
    CHECK_THAT(osc.out, Contains("projector: sent"));
    CHECK(here.arrival() ==
          std::string("/a/b\0\0\0\0,ifs\0\0\0\0\xff\xff\xff\xff\x40\x20\0\0text\0\0\0\0", 32));
    const finished cc = here.send({"projector", "cc", "7", "100", "--channel", "3"});
    CHECK(cc.code == 0);
    CHECK_THAT(here.arrival(), Contains("/midi/send/control_change"));
    const finished json = here.send({"projector", "osc", "/x", "--json"});
    CHECK_THAT(json.out, Contains(R"({"number":3,"output":"projector"})") &&
                             Contains(R"("taken_back":false,"deliveries":[{"output":"projector",)"
                                      R"("result":"sent","late_s":)"));
    CHECK_THAT(here.arrival(), Contains("/x"));

    CHECK(here.daemon().metric(
              "tactus_deliveries_accepted_total{output=\"projector\",origin=\"send\"}") == 3);
    here.require_exact();
}

TEST_CASE("a note that is sent with a length ends, even if the command is killed") {
    hall here;
    process killed({tactus_program, "send", "projector", "note", "60", "100", "--for", "700ms"},
                   here.here());
    CHECK_THAT(here.arrival(), Contains("/midi/send/note_on"));
    killed.signal(SIGKILL);

    CHECK_THAT(here.arrival(), Contains("/midi/send/note_off"));
    const finished whole = here.send({"projector", "note", "61", "100", "--for", "20ms"});
    CHECK(whole.code == 0);
    CHECK_THAT(here.arrival(), Contains("note_on"));
    CHECK_THAT(here.arrival(), Contains("note_off"));
    here.require_exact();
}

TEST_CASE("an interrupted command takes back what waits, and ends its note") {
    hall here;
    process waiting({tactus_program, "send", "projector", "osc", "/later", "--at", "+60s"},
                    here.here());
    REQUIRE(eventually([&] { return here.pending() == 1; }));
    waiting.signal(SIGINT);
    CHECK(waiting.wait() == 75);
    CHECK_THAT(waiting.out(), Contains("The waiting events were taken back."));
    CHECK(eventually([&] { return here.pending() == 0; }));

    process sounding({tactus_program, "send", "projector", "note", "60", "--for", "60s"},
                     here.here());
    CHECK_THAT(here.arrival(), Contains("note_on"));
    sounding.signal(SIGINT);
    CHECK_THAT(here.arrival(), Contains("note_off"));
    CHECK(sounding.wait() == 75);
    here.require_exact();
}

TEST_CASE(
    "an interrupted command leaves alone what another sending holds, and takes its end along") {
    hall here;
    const auto sounding = [&] {
        return here.daemon().metric("tactus_output_notes_sounding{output=\"projector\"}");
    };
    for (const std::vector<std::string>& place :
         {std::vector<std::string>{"projector"}, {"--as-input", "desk"}}) {
        std::vector<std::string> words = place;
        words.insert(words.end(), {"note", "60"});
        CHECK(here.send(words).code == 0);
        CHECK_THAT(here.arrival(), Contains("note_on"));
        words.insert(words.begin(), {tactus_program, "send"});
        words.insert(words.end(), {"--for", "60s"});
        process longer(words, here.here());
        CHECK_THAT(here.arrival(), Contains("note_on"));
        CHECK(here.pending() == 1);

        longer.signal(SIGINT);
        CHECK(longer.wait() == 75);
        CHECK(longer.out().find("outdated") == std::string::npos);
        CHECK(eventually([&] { return here.pending() == 0; }));
        CHECK(here.send({"projector", "osc", "/after"}).code == 0);
        CHECK_THAT(here.arrival(), Contains("/after"));
        CHECK(sounding() == 1);
        CHECK(here.run_tactus({"panic"}).code == 0);
        CHECK_THAT(here.arrival(), Contains("note_off"));
    }
    here.require_exact();
}

TEST_CASE("a note that is sent as OSC, as the daemon writes it, is ended by a panic") {
    hall here;
    CHECK(here.send({"projector", "osc", "/midi/x/note_on", "1", "60", "100"}).code == 0);
    CHECK_THAT(here.arrival(), Contains("/midi/x/note_on"));
    CHECK(here.daemon().metric("tactus_output_notes_sounding{output=\"projector\"}") == 1);

    CHECK(here.run_tactus({"panic"}).code == 0);

    CHECK_THAT(here.arrival(), Contains("/midi/x/note_off"));
    CHECK(here.daemon().metric("tactus_output_notes_sounding{output=\"projector\"}") == 0);
    here.require_exact();
}

TEST_CASE("send as an input says what each route did with the event") {
    hall here;

    const finished taken = here.send({"--as-input", "desk", "osc", "/show", "3"});
    CHECK(taken.code == 0);
    CHECK_THAT(taken.out,
               Contains("all (line ") && Contains("): delivered\n") && Contains("projector: sent"));
    CHECK_THAT(here.arrival(), Contains("/show"));
    const finished filtered = here.send({"--as-input", "desk", "osc", "/secret"});
    CHECK(filtered.code == 75);
    CHECK_THAT(filtered.out, Contains("): filtered\n") && Contains("it was unrouted: filtered"));
    const finished both = here.send({"--as-input", "desk", "osc", "/organ"});
    CHECK(both.code == 75); // one of the two was not sent
    CHECK_THAT(both.out, Contains("all (line ") && Contains("route 3 (line ") &&
                             Contains("): unsupported_type\n") &&
                             Contains("organ: dropped: unsupported_type") &&
                             Contains("projector: sent"));
    CHECK_THAT(here.arrival(), Contains("/organ"));
    const finished note =
        here.send({"--as-input", "desk", "note", "60", "--for", "20ms", "--at", "+10ms"});
    CHECK(note.code == 0);
    CHECK_THAT(here.arrival(), Contains("/midi/desk/note_on"));
    CHECK_THAT(here.arrival(), Contains("/midi/desk/note_off"));

    CHECK(here.daemon().metric("tactus_input_messages_received_total{input=\"desk\"}") == 5);
    CHECK(here.daemon().metric("tactus_route_events_total{route=\"all\",result=\"delivered\"}") ==
          2);
    CHECK(here.daemon().metric("tactus_route_events_total{route=\"notes\",result=\"delivered\"}") ==
          2);
    CHECK(here.daemon().metric("tactus_route_events_total{route=\"all\",result=\"filtered\"}") ==
          3);
    here.require_exact();
}

TEST_CASE("what cannot be sent is said, with a code of its own") {
    hall here;

    const finished down = here.send({"organ", "note", "60"});
    CHECK(down.code == 75);
    CHECK_THAT(down.out, Contains("organ: dropped: output_down"));
    const finished unknown = here.send({"projektor", "note", "60"});
    CHECK(unknown.code == 1);
    CHECK_THAT(unknown.err, Contains("There is no output \"projektor\"") &&
                                Contains("did you mean \"projector\"?"));
    CHECK_THAT(here.send({"zz", "note", "60"}).err,
               Contains("There is no output \"zz\". The outputs are: projector, organ."));
    const finished past = here.send({"projector", "note", "60", "--at", "1000"});
    CHECK(past.code == 1);
    CHECK_THAT(past.err, Contains("was due longer ago than [time] max_ahead, which is 600 s"));
    const finished far = here.send({"projector", "note", "60", "--at", "+20h"});
    CHECK(far.code == 1);
    CHECK_THAT(far.err, Contains("max_ahead"));
    const finished wrong = here.send({"projector", "nota", "60"});
    CHECK(wrong.code == 2);
    CHECK_THAT(wrong.err, Contains("did you mean \"note\"?"));
    CHECK(here.send({}).code == 2);
    CHECK(here.send({"projector"}).code == 2);
    CHECK(here.send({"projector", "note", "60", "--socket", "/nowhere"}).code == 69);
    here.require_exact();
}

TEST_CASE("the methods of a sending refuse what makes no sense, and a lost client holds nothing") {
    hall here;
    const unix_client client(here.daemon().program().runtime_folder() + "/control.sock");
    const auto ask = [&](const std::string& method, const std::string& params) {
        client.write(R"({"jsonrpc":"2.0","method":")" + method + R"(","params":)" + params +
                     R"(,"id":1})" + "\n");
        return client.read_line();
    };

    CHECK_THAT(ask("send", R"({"output":"projector"})"), Contains("either \\\"midi\\\""));
    CHECK_THAT(ask("send", R"({"output":"projector","midi":"f8","for":1})"),
               Contains("needs a note-on"));
    CHECK_THAT(ask("send", R"({"output":"projector","midi":"90 3c 64","for":-1})"),
               Contains("above 0"));
    CHECK_THAT(ask("send", R"({"output":"projector","midi":"f8","at":1,"after":1})"),
               Contains("Give either"));
    CHECK_THAT(ask("send", R"({"output":"projector","midi":["f8"]})"), Contains("must be a text"));
    CHECK_THAT(ask("send", R"({"midi":"f8"})"), Contains("name of an output"));
    CHECK_THAT(ask("outcome", R"({"number":99})"), Contains("Nothing was sent"));
    CHECK_THAT(ask("outcome", "{}"), Contains("must be the number"));
    CHECK_THAT(ask("take_back", R"({"number":"1"})"), Contains("must be the number"));
    {
        process waiting({tactus_program, "send", "projector", "osc", "/late", "--at", "+500ms"},
                        here.here());
        REQUIRE(eventually([&] { return here.pending() == 1; }));
        waiting.signal(SIGKILL);
    }
    CHECK_THAT(here.arrival(), Contains("/late"));
    for (int i = 0; i < 70; ++i) { // more than it remembers
        CHECK_THAT(ask("send", R"({"output":"projector","osc":["/x"],"after":30})"),
                   Contains("\"number\":"));
    }
    CHECK_THAT(ask("take_back", R"({"number":71})"), Contains("\"cancelled\":1"));
    here.require_exact();
}

TEST_CASE("what a daemon did not do in time it does not do later, and the command ends with 69") {
    hall test;
    test.daemon().program().signal(SIGSTOP);
    process send({tactus_program, "send", "projector", "note", "60"}, test.here());
    process mute({tactus_program, "mute", "projector"}, test.here());
    process panic({tactus_program, "panic"}, test.here());

    CHECK(send.wait() == 69);
    CHECK_THAT(send.err(), Contains("did not answer in time"));
    CHECK(mute.wait() == 69);
    CHECK(panic.wait() == 69);
    test.daemon().program().signal(SIGCONT);

    CHECK(test.send({"projector", "osc", "/next"}).code == 0);
    CHECK_THAT(test.arrival(), Contains("/next"));
    CHECK(test.run_tactus({"status"}).out.find("muted") == std::string::npos);
    CHECK(test.daemon().stop() == 0);
}

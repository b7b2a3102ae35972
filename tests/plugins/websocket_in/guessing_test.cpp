// SPDX-License-Identifier: MIT
// Who guesses the token is slowed down; who knows it and comes from elsewhere is not.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <algorithm>
#include <filesystem>

using namespace tactus::testing;
using namespace websocket_in::testing;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1'000'000'000;
const std::string attacker = "tcp://10.0.0.1:5000";
const std::string note = R"({"address": "/n", "args": [60]})";

enum class way { subprotocol, first_message };

class guarded : public websocket_in::testing::websocket_in {
public:
    guarded() {
        const std::string path = folder_.write("token", "correct-horse-battery\n");
        std::filesystem::permissions(path, std::filesystem::perms::owner_read);
        config.set("token_file", "\"" + path + "\"");
        REQUIRE(start() == TACTUS_OK);
    }
    /// A client that says the token, and a note right behind it.
    test_stream& say_token(way how, const std::string& token, const std::string& from = attacker) {
        test_stream& client = connect(from);
        byte_string frames = text_frame(note);
        std::string head = good_request;
        if (how == way::subprotocol) {
            head = request_head + "Sec-WebSocket-Protocol: tactus.v1, token." + token + "\r\n\r\n";
        } else {
            frames = text_frame(R"({"tactus": "token", "token": ")" + token + "\"}") + frames;
        }
        host.feed(client, head + std::string(frames.begin(), frames.end()));
        host.settle();
        return client;
    }
    void pass(std::int64_t ns) {
        host.advance_to(host.now_ns() + ns);
        host.settle();
    }

private:
    tactus::test::temp_dir folder_;
};

} // namespace

TEST_CASE("300 wrong tokens take minutes, in whichever way they are said") {
    const way how = GENERATE(way::subprotocol, way::first_message);
    guarded made;
    const std::int64_t start_ns = made.host.now_ns();
    for (int i = 0; i < 300; ++i) {
        test_stream& client = made.say_token(how, "wrong-horse-battery");
        made.host.end(client);
        while (!client.is_closed) {
            made.pass(100 * ms);
        }
        CHECK(client.refused == "token");
    }

    CHECK(made.host.now_ns() - start_ns > 600 * s);
    CHECK(made.host.emitted.empty());
}

TEST_CASE("a right token of another address is welcome at once, one of the guesser's in its turn") {
    const way how = GENERATE(way::subprotocol, way::first_message);
    guarded made;
    made.say_token(how, "wrong-horse-battery");
    made.say_token(how, "wrong-horse-batterx");

    made.say_token(how, "correct-horse-battery", "tcp://10.0.0.2:5000");
    CHECK(made.host.emitted.size() == 1);

    test_stream& late = made.say_token(how, "correct-horse-battery");
    made.pass(1'499 * ms);
    CHECK(made.host.emitted.size() == 1);
    made.pass(1 * ms);
    CHECK(made.host.emitted.size() == 2); // and what came behind the token
    CHECK_FALSE(late.is_shut);
    made.say(late, note);
    CHECK(made.host.emitted.size() == 3);
}

TEST_CASE("many connections of an address guess no faster than one") {
    const way how = GENERATE(way::subprotocol, way::first_message);
    guarded made;
    std::vector<test_stream*> crowd;
    for (int i = 0; i < 64; ++i) {
        crowd.push_back(&made.say_token(how, "wrong-horse-battery"));
    }
    const auto judged = [&] {
        return std::count_if(crowd.begin(), crowd.end(), [&](const test_stream* each) {
            return each->text().find(" 403 ") != std::string::npos ||
                   (each->text().starts_with("HTTP/1.1 101 ") && each->is_shut);
        });
    };
    const auto unjudged = std::count_if(made.host.log.begin(), made.host.log.end(), [](auto& line) {
        return line.find("Too many wrong tokens") != std::string::npos;
    });
    CHECK(unjudged == 59);
    made.pass(20 * s);

    CHECK(judged() == (how == way::subprotocol ? 5 : 64));
    CHECK(std::count_if(crowd.begin(), crowd.end(),
                        [](const test_stream* each) { return each->refused == "token"; }) == 64);
}

TEST_CASE("a list of tokens is a list of guesses, and none of them is right") {
    guarded made;
    test_stream& client =
        made.say_token(way::subprotocol, "wrong-horse-battery, token.wrong-horse-batterx, "
                                         "token.correct-horse-battery");

    CHECK(client.text().starts_with("HTTP/1.1 403 "));
}

TEST_CASE("no turn is waited for where no token is asked for, nor at the stop") {
    guarded made;
    made.say_token(way::first_message, "wrong-horse-battery");
    test_stream& held = made.say_token(way::first_message, "correct-horse-battery");
    CHECK(made.host.emitted.empty());

    made.stop();

    CHECK(held.is_closed);
    CHECK(made.host.breaches.empty());
    CHECK(made.host.open_streams() == 0);
}

TEST_CASE("a held client that goes away costs nobody else anything") {
    guarded made;
    made.say_token(way::first_message, "wrong-horse-battery");
    test_stream& gone = made.say_token(way::first_message, "correct-horse-battery");
    made.host.reset(gone);
    made.pass(10 * s);

    CHECK(gone.is_closed);
    made.say_token(way::first_message, "correct-horse-battery", "tcp://10.0.0.2:5000");
    CHECK_FALSE(made.host.emitted.empty());
}

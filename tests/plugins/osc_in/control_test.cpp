// SPDX-License-Identifier: MIT
// What a sender says to tactus itself, with `control = true`; without it, such messages are
// messages.
#include "tests/plugins/osc_in/live_osc.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <string>
#include <vector>

using namespace live_osc;
using namespace tactus::testing;

namespace {

const std::string udp_door = "udp://127.0.0.1:9100";
// By hosts: the fake host passes no ports on.
const std::string first = "udp://127.0.0.1:5001";
const std::string second = "udp://127.0.0.2:5001";

using senders = std::vector<std::uint32_t>;

std::string padded(std::string text) {
    text.resize(text.size() / 4 * 4 + 4);
    return text;
}
std::string message(const std::string& address, const std::string& tag = "") {
    return padded(address) + (tag.empty() ? padded(",") : padded(",s") + padded(tag));
}
std::string sized(const std::string& packet) {
    return std::string{0, 0, static_cast<char>(packet.size() >> 8),
                       static_cast<char>(packet.size())} +
           packet;
}
std::string bundle(const std::vector<std::string>& messages) {
    std::string made = std::string("#bundle\0", 8) + "\1\2\3\4\5\6\7\7";
    for (const std::string& each : messages) {
        made += sized(each);
    }
    return made;
}
std::string text_of(const byte_string& bytes) {
    return {bytes.begin(), bytes.end()};
}

struct controlled : osc_in {
    explicit controlled(const std::string& url = udp_door, bool is_on = true) : osc_in(url) {
        config.set("control", is_on ? "true" : "false");
        REQUIRE(start() == TACTUS_OK);
    }
    void send(const std::string& packet, const std::string& from = first) {
        queue(packet, from);
        host.settle();
    }
    void queue(const std::string& packet, const std::string& from = first) {
        test_datagram made;
        made.bytes = byte_string(packet.begin(), packet.end());
        made.from = from;
        host.deliver(udp_door, made);
    }
    std::uint32_t group(std::size_t index) { return host.emitted.at(index).group; }
};

} // namespace

TEST_CASE("a sender takes back what it has scheduled, and no other's") {
    controlled made;
    made.send(message("/a"));
    made.send(message("/b"), second);
    made.send(message("/c"));
    REQUIRE(made.host.emitted.size() == 3);
    CHECK(made.group(0) == made.group(2));
    CHECK(made.group(0) != made.group(1));

    made.send(message("/tactus/cancel"));
    made.send(padded("/tactus/cancel")); // without types, as some write it

    CHECK(made.host.canceled_tags == senders{made.group(0), made.group(0)});
    CHECK(made.host.emitted.size() == 3);
    CHECK(made.host.metrics["osc_control_total"] == 2);
}

TEST_CASE("a tag is the group of the rest of its bundle, which keeps its time") {
    controlled made;
    made.send(bundle({message("/tactus/tag", "drums"), message("/a"), message("/b")}));
    made.send(bundle({message("/tactus/tag", "bass"), message("/c")}));
    made.send(message("/d"));
    made.send(bundle({message("/tactus/tag", "drums"), message("/e")}), second);
    made.send(bundle({message("/tactus/tag", "drums"), message("/f")}));
    REQUIRE(made.host.emitted.size() == 5);

    CHECK(text_of(made.host.emitted[0].bytes) == bundle({message("/a"), message("/b")}));
    CHECK(std::set{made.group(0), made.group(1), made.group(2), made.group(3)}.size() == 4);
    CHECK(made.group(4) == made.group(0));
    made.send(message("/tactus/cancel", "drums"));
    CHECK(made.host.canceled_tags == senders{made.group(0)});
    made.send(message("/tactus/cancel", "unknown"));
    CHECK(made.host.canceled_tags.size() == 1);
    made.send(message("/tactus/cancel"));
    CHECK(made.host.canceled_tags.size() == 4); // all of its groups
}

TEST_CASE("what came before a cancel is in the kernel before it, what follows is not taken back") {
    controlled made;
    made.queue(message("/a"));
    made.queue(bundle({message("/tactus/cancel"), message("/b")}));

    made.host.settle();

    REQUIRE(made.host.emitted.size() == 2);
    CHECK(made.host.canceled_tags.size() == 1);
    CHECK(made.host.emit_calls == 2);
}

TEST_CASE("a panic reaches the kernel, once for each message") {
    controlled made;

    made.send(message("/tactus/panic"));
    made.send(bundle({message("/tactus/panic")}), second);

    CHECK(made.host.panics == 2);
    CHECK(made.host.emitted.empty());
}

TEST_CASE("a ping is answered at the port that it came from, with its arguments") {
    controlled made;

    made.send(message("/tactus/ping", "hello"));

    const test_socket* const socket = made.host.socket_at(udp_door);
    REQUIRE(socket->sent.size() == 1);
    CHECK(text_of(socket->sent[0]) == message("/tactus/pong", "hello"));
    CHECK(made.host.emitted.empty());
}

TEST_CASE("over a connection, too, a sender controls what it has sent there") {
    controlled made(door);
    const bool is_slip = GENERATE(false, true);
    test_stream& peer = made.client();
    const auto framed = [&](const std::string& packet) {
        return is_slip ? "\xc0" + packet + "\xc0" : sized(packet);
    };

    made.host.feed(peer, framed(message("/a")) +
                             framed(bundle({message("/tactus/tag", "drums"), message("/b")})) +
                             framed(message("/tactus/cancel", "drums")) +
                             framed(message("/tactus/ping")) + framed(message("/c")));
    made.host.settle();

    REQUIRE(made.host.emitted.size() == 3);
    CHECK(made.host.canceled_tags == senders{made.group(1)});
    CHECK(made.group(2) == made.group(0));
    CHECK(text_of(peer.sent) == framed(message("/tactus/pong")));
    made.host.end(peer);
    made.host.settle();
    CHECK(made.host.ended_senders == senders{made.group(0), made.group(1)});
}

TEST_CASE("without control, and elsewhere in a bundle, such messages are messages") {
    controlled made(udp_door, false);
    made.send(message("/tactus/cancel"));
    made.send(bundle({message("/tactus/panic"), message("/a")}));
    CHECK(made.host.emitted.size() == 2);
    CHECK(made.host.panics == 0);

    controlled obeying;
    const std::string later = bundle({message("/a"), message("/tactus/panic")});
    obeying.send(later);
    obeying.send(message("/tactus/other"));
    obeying.send(message("/tactus/cancelled"));
    obeying.send("/tactus/panic"); // does not end
    REQUIRE(obeying.host.emitted.size() == 4);
    CHECK(text_of(obeying.host.emitted[0].bytes) == later);
    CHECK(obeying.host.panics == 0);
    CHECK(obeying.host.canceled_tags.empty());
}

TEST_CASE("a control message without its tag is malformed, and the rest of its bundle is not") {
    controlled made;

    made.send(message("/tactus/tag"));
    made.send(bundle({padded("/tactus/tag"), message("/a")}));
    made.send(padded("/tactus/cancel") + padded(",i") + std::string(4, '\1'));
    made.send(message("/tactus/tag", std::string(256, 'x')));
    made.send(padded("/tactus/tag") + padded(",s") + "endless");

    CHECK(made.host.rejected["malformed"] == 5);
    REQUIRE(made.host.emitted.size() == 1);
    CHECK(text_of(made.host.emitted[0].bytes) == bundle({message("/a")}));
    CHECK(made.host.canceled_tags.empty());
}

TEST_CASE("bundles that are cut anywhere are left to the kernel") {
    const std::string whole = bundle({message("/tactus/tag", "drums"), message("/a")});
    controlled made;
    for (std::size_t size = 1; size < whole.size(); ++size) {
        made.send(whole.substr(0, size));
    }

    CHECK(made.is_running());
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a sender has so many tags, and more of them are no tag") {
    controlled made;
    for (int i = 0; i < 70; ++i) {
        made.send(bundle({message("/tactus/tag", "tag" + std::to_string(i)), message("/a")}));
    }
    made.send(message("/a"));

    REQUIRE(made.host.emitted.size() == 71);
    CHECK(made.group(69) == made.group(70));
    CHECK(made.group(63) != made.group(70));
    made.send(message("/tactus/cancel"));
    CHECK(made.host.canceled_tags.size() == 65);
}

TEST_CASE("of many senders, the one that was silent longest is forgotten") {
    controlled made;
    made.send(message("/a"), first);
    for (int i = 0; i < 1024; ++i) {
        made.send(message("/a"),
                  "udp://10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ":9");
    }
    made.send(message("/a"), first);

    CHECK(made.group(0) != made.group(1025));
}

TEST_CASE("control of an endpoint that the network can reach needs a list of who may") {
    osc_in made("udp://0.0.0.0:9100");
    made.config.set("control", "true").set("open", "true");
    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "control");

    osc_in listed("udp://0.0.0.0:9100");
    listed.config.set("control", "true").set("allow", "[\"10.0.0.0/8\"]");
    CHECK(listed.configure() == TACTUS_OK);
}

TEST_CASE("who is not in the list controls nothing") {
    osc_in made(udp_door);
    made.config.set("control", "true").add("allow", "\"10.0.0.0/8\"");
    made.start();
    test_datagram from;
    const std::string packet = message("/tactus/panic");
    from.bytes = byte_string(packet.begin(), packet.end());
    from.from = first;
    made.host.deliver(udp_door, from);
    made.host.settle();

    CHECK(made.host.panics == 0);
    CHECK(made.host.rejected["address"] == 1);
}

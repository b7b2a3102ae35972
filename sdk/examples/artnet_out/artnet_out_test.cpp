// SPDX-License-Identifier: MIT
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

#include <vector>

using namespace tactus::testing;

namespace {

constexpr const char* node = "udp://127.0.0.1:6454";
constexpr std::int64_t second_ns = 1'000'000'000;

tactus_event message(const std::vector<std::uint8_t>& bytes) {
    tactus_event event{};
    event.bytes = bytes.data();
    event.size = static_cast<std::uint32_t>(bytes.size());
    event.protocol = TACTUS_PROTO_OSC;
    return event;
}

const std::vector<std::uint8_t> seven{'/', 'd', 'm', 'x', '/', '7', 0, 0,
                                      ',', 'i', 0,   0,   0,   0,   0, 200};
const std::vector<std::uint8_t> half{'/', 'd', 'm', 'x', '/',  '8', 0, 0,
                                     ',', 'f', 0,   0,   0x3f, 0,   0, 0};
const std::vector<std::uint8_t> wrong{'/', 'x', 0, 0, ',', 'i', 0, 0, 0, 0, 0, 1};

} // namespace

TACTUS_TEST("a frame is sent 40 times a second, and a dark one at the end") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.artnet_out");
    made.config.set("universe", "258");
    TACTUS_CHECK(made.start() == TACTUS_OK);
    test_socket& socket = *made.host.socket_to(node);
    made.host.advance_to(made.host.now_ns() + second_ns);
    TACTUS_CHECK(socket.sent.size() == 41); // one at 0 s, one at 1 s

    const std::vector<std::uint8_t>& frame = socket.sent.back();
    TACTUS_CHECK(frame.size() == 530 && frame[9] == 0x50 && frame[14] == 2 && frame[15] == 1);

    const tactus_event events[] = {message(seven), message(half)};
    TACTUS_CHECK(made.send(events).status == TACTUS_OK);
    made.host.advance_to(made.host.now_ns() + second_ns / 40);
    TACTUS_CHECK(socket.sent.back()[18 + 6] == 200 && socket.sent.back()[18 + 7] == 127);

    made.stop(); // which closes the socket: what it sent is gone with it
    TACTUS_CHECK(made.end().empty());
}

TACTUS_TEST("what it does not understand is lost alone") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.artnet_out");
    TACTUS_CHECK(made.start() == TACTUS_OK);

    const tactus_event events[] = {message(seven), message(wrong), message(half)};
    const send_answer answer = made.send(events);

    TACTUS_CHECK(answer.status == TACTUS_E_INVALID && answer.accepted == 1);
    TACTUS_CHECK(made.end().empty());
}

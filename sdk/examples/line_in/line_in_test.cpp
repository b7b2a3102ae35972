// SPDX-License-Identifier: MIT
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

#include <cerrno>

using namespace tactus::testing;

namespace {

constexpr const char* server = "tcp://127.0.0.1:9000";
constexpr std::int64_t second_ns = 1'000'000'000;

struct client : test_instance {
    client() : test_instance(load_entry(TACTUS_PLUGIN_FILE), "org.example.line_in") {
        config.set("from", "\"tcp://127.0.0.1:9000\"");
    }
    void wait(std::int64_t span_ns) { host.advance_to(host.now_ns() + span_ns); }
};

} // namespace

TACTUS_TEST("lines become messages, whatever pieces they come in") {
    client made;
    TACTUS_CHECK(made.start() == TACTUS_OK);
    test_stream& peer = *made.host.stream_to(server);

    test_host::feed(peer, "/a 1\r\nnot a line\n/b");
    made.host.settle();
    test_host::feed(peer, " 0.5\n");
    made.host.settle();

    TACTUS_CHECK(made.host.emitted.size() == 2);
    TACTUS_CHECK(made.host.emitted[1].bytes ==
                 byte_string({'/', 'b', 0, 0, ',', 'f', 0, 0, 0x3f, 0, 0, 0}));
    TACTUS_CHECK(made.host.rejected["malformed"] == 1);
    TACTUS_CHECK(made.end().empty());
}

TACTUS_TEST("it connects again, and waits longer each time") {
    client made;
    made.host.unreachable[server] = ECONNREFUSED;
    TACTUS_CHECK(made.start() == TACTUS_OK);
    made.wait(4 * second_ns); // at 0, 0.5, 1.5 and 3.5 s
    TACTUS_CHECK(made.host.ports.begin()->second.failures == 4);

    made.host.unreachable.clear();
    made.wait(4 * second_ns);
    TACTUS_CHECK(made.host.ports.begin()->second.is_up);
    TACTUS_CHECK(made.end().empty());
}

TACTUS_TEST("a server that goes is waited for") {
    client made;
    TACTUS_CHECK(made.start() == TACTUS_OK);
    test_stream& first = *made.host.stream_to(server);
    test_host::reset(first);
    made.host.settle();
    TACTUS_CHECK(!made.host.ports.begin()->second.is_up);

    made.wait(second_ns);
    TACTUS_CHECK(made.host.stream_to(server) != &first);
    TACTUS_CHECK(made.end().empty());
}

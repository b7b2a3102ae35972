// SPDX-License-Identifier: MIT
// Endpoints that the daemon refuses, the test host refuses.
#include "tests/support/catch.hpp"
#include <tactus/testhost/host.hpp>

#include <cstring>

using namespace tactus::testing;

namespace {

tactus_str text(const char* of) {
    return {of, std::strlen(of)};
}

struct streams {
    streams() { host.is_started = true; }

    tactus_status connect(const char* to) { return table->connect(host.raw(), &op, text(to), 0); }
    tactus_status resolve(const char* name) {
        tactus_endpoint_text found[1];
        return table->resolve(host.raw(), &op, text(name), found, 1, 0);
    }
    tactus_status listen(const char* at) {
        const tactus_listen wanted{sizeof(tactus_listen), 0, text(at)};
        tactus_id made = 0;
        return table->listen(host.raw(), &wanted, &made);
    }

    test_host host;
    const tactus_stream_0* table =
        static_cast<const tactus_stream_0*>(host.raw()->get_interface(host.raw(), TACTUS_STREAM_0));
    tactus_op op{};
};

void do_nothing(tactus_op*, tactus_status, std::uint64_t) noexcept {}

} // namespace

TEST_CASE("no stream has an endpoint that is none") {
    for (const char* const bad :
         {"tcp://127.0.0.1:99999", "tcp://127.0.0.1:65536", "tcp://127.0.0.1:", "tcp://desk:http",
          "tcp://desk:-1", "tcp://:9000", "tcp://desk", "desk:9000", "sctp://127.0.0.1:9000",
          "tcp://[127.0.0.1]:9000", "tcp://::1:9000", "tcp://de sk:9000", "tcp://1.2.3:9000",
          "unix://run/x.sock", "unix:/run/x.sock", ""}) {
        INFO(bad);
        streams made;
        made.op.done = &do_nothing;
        CHECK(made.connect(bad) == TACTUS_E_INVALID);
        CHECK(made.resolve(bad) == TACTUS_E_INVALID);
        CHECK(made.listen(bad) == TACTUS_E_INVALID);
        CHECK(made.host.pending() == 0);
        CHECK(made.host.streams().empty());
    }
}

TEST_CASE("a stream connects to a name, an address or a path, and listens at the last two") {
    for (const char* const good : {"tcp://desk:9000", "tcp://127.0.0.1:65535", "tcp://[::1]:0",
                                   "tcp://[fe80::1%lo]:9000", "unix:///run/x.sock"}) {
        INFO(good);
        streams made;
        made.op.done = &do_nothing;
        CHECK(made.connect(good) == TACTUS_PENDING);
        const bool is_name = std::strstr(good, "desk") != nullptr;
        CHECK(made.listen(good) == (is_name ? TACTUS_E_INVALID : TACTUS_OK));
        made.host.settle();
    }
}

TEST_CASE("a stream neither connects to datagrams nor listens at them, and finds their host") {
    streams made;
    made.op.done = &do_nothing;
    CHECK(made.connect("udp://127.0.0.1:9000") == TACTUS_E_INVALID);
    CHECK(made.listen("udp://127.0.0.1:9000") == TACTUS_E_INVALID);
    CHECK(made.resolve("udp://127.0.0.1:9000") == TACTUS_OK);
    CHECK(made.resolve("udp://desk:9000") == TACTUS_PENDING);
    made.host.settle();
}

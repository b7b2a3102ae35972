// SPDX-License-Identifier: MIT
// "tactus.stream/0": names that are looked up, and descriptors of the plugin's that are read.
#include "tests/kernel/host/stream_case.hpp"

#include <fcntl.h>

namespace {

using namespace tactus;
using namespace tactus::testing;

TEST_CASE_METHOD(stream_case, "a name is resolved to numeric endpoints of its kind") {
    begin();
    const std::string scheme = GENERATE("tcp://", "udp://");
    tactus_endpoint_text found[4]{};
    test_op op;
    REQUIRE(streams().resolve(host(), op, str(scheme + "localhost:9000"), found, 4, 0) ==
            TACTUS_PENDING);

    REQUIRE(wait(op) == TACTUS_OK);

    REQUIRE(op.result >= 1);
    const std::string first = found[0].text;
    CHECK((first == scheme + "127.0.0.1:9000" || first == scheme + "[::1]:9000"));
}

// glibc asks a name server for these, which knows none.
TEST_CASE_METHOD(stream_case, "names in .localhost are this machine, as RFC 6761 has it") {
    begin();
    const std::string name = GENERATE("synth.localhost", "Synth.LocalHost");
    tactus_endpoint_text found[4]{};
    test_op op;
    REQUIRE(streams().resolve(host(), op, str("tcp://" + name + ":9000"), found, 4, 0) ==
            TACTUS_PENDING);

    REQUIRE(wait(op) == TACTUS_OK);

    const std::string first = found[0].text;
    CHECK((first == "tcp://127.0.0.1:9000" || first == "tcp://[::1]:9000"));
}

TEST_CASE_METHOD(stream_case, "a numeric endpoint and a path resolve to themselves at once") {
    begin();
    const std::string given = GENERATE("tcp://[::1]:9", "udp://10.0.0.1:1", "unix:///x");
    tactus_endpoint_text found[1]{};
    test_op op;

    CHECK(streams().resolve(host(), op, str(given), found, 1, 0) == TACTUS_OK);

    CHECK(found[0].text == given);
    CHECK(streams().resolve(host(), op, str("nonsense"), found, 1, 0) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(stream_case, "a name without an address says so") {
    begin();
    tactus_endpoint_text found[1]{};
    test_op op;
    const std::string nobody = "tcp://nobody.invalid:9";
    REQUIRE(streams().resolve(host(), op, str(nobody), found, 1, 0) == TACTUS_PENDING);

    CHECK(wait(op) == TACTUS_E_IO);

    CHECK(op.result > TACTUS_STREAM_NAME_ERROR);
}

TEST_CASE_METHOD(stream_case, "a look-up that nobody waits for any more ends unheard") {
    begin();
    tactus_endpoint_text found[1]{};
    test_op op;
    REQUIRE(streams().resolve(host(), op, str("tcp://localhost:9"), found, 1, 0) == TACTUS_PENDING);

    CHECK(host()->cancel(host(), op) == TACTUS_OK);

    CHECK(wait(op) == TACTUS_E_CANCELED);
    CHECK(op.dones == 1);
}

TEST_CASE_METHOD(stream_case,
                 "names are looked up in turn, and one that left the line is skipped") {
    begin();
    tactus_endpoint_text found[3]{};
    test_op ops[3];
    for (int i = 0; i < 3; ++i) {
        REQUIRE(streams().resolve(host(), ops[i], str("tcp://localhost:" + std::to_string(i)),
                                  &found[i], 1, 0) == TACTUS_PENDING);
    }

    CHECK(host()->cancel(host(), ops[1]) == TACTUS_OK);

    CHECK(wait(ops[0]) == TACTUS_OK);
    CHECK(wait(ops[1]) == TACTUS_E_CANCELED);
    CHECK(wait(ops[2]) == TACTUS_OK);
    CHECK(std::string(found[2].text).back() == '2');
    CHECK(found[1].text[0] == 0);
}

TEST_CASE_METHOD(stream_case, "a pipe is read, and stays the plugin's") {
    begin();
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    tactus_id id = 0;
    REQUIRE(streams().adopt(host(), ends[0], &id) == TACTUS_OK);
    REQUIRE(::write(ends[1], "hello", 5) == 5);

    CHECK(read_text(id) == "hello");
    test_op op;
    CHECK(write(op, id, "x") == TACTUS_E_UNSUPPORTED);
    CHECK(send(id, "x") == TACTUS_E_UNSUPPORTED);
    CHECK(one->connections().open == 0);

    ::close(ends[1]);
    CHECK(read_text(id).empty());
    CHECK(streams().close(host(), id) == TACTUS_OK);
    CHECK(::fcntl(ends[0], F_GETFL) == O_RDONLY); // open, and still blocking
    ::close(ends[0]);
}

TEST_CASE_METHOD(stream_case, "a plain file and the null device are read to their ends") {
    begin();
    const bool is_null = GENERATE(false, true);
    const std::string path = is_null ? "/dev/null" : dir.write("events.jsonl", "one\ntwo\n");
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    tactus_id id = 0;
    REQUIRE(streams().adopt(host(), fd, &id) == TACTUS_OK);

    CHECK(read_text(id) == (is_null ? "" : "one\ntwo\n"));
    CHECK(read_text(id).empty());

    streams().close(host(), id);
    ::close(fd);
}

} // namespace

// SPDX-License-Identifier: MIT
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace tactus::testing;

namespace {

constexpr std::uint8_t note[] = {0x90, 60, 100};

// A named pipe in a folder of its own.
struct pipe_file {
    char folder[32] = "/tmp/fifo_out_XXXXXX";
    std::string path;

    pipe_file() {
        ::signal(SIGPIPE, SIG_IGN); // as the daemon does
        path = std::string(::mkdtemp(folder)) + "/pipe";
        ::mkfifo(path.c_str(), 0600);
    }
    ~pipe_file() {
        ::unlink(path.c_str());
        ::rmdir(folder);
    }
};

send_answer send_note(test_instance& to) {
    tactus_event event{};
    event.bytes = note;
    event.size = sizeof note;
    event.protocol = TACTUS_PROTO_MIDI;
    return to.send({&event, 1});
}

} // namespace

TACTUS_TEST("a reader gets the bytes, may go, and may come back") {
    pipe_file pipe;
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.fifo_out");
    made.config.set("path", "\"" + pipe.path + "\"");
    TACTUS_CHECK(made.start() == TACTUS_OK);
    TACTUS_CHECK(send_note(made).status == TACTUS_E_CLOSED); // nobody reads

    std::uint8_t bytes[8]{};
    for (int i = 0; i < 2; ++i) {
        const int reader = ::open(pipe.path.c_str(), O_RDONLY | O_NONBLOCK);
        TACTUS_CHECK(send_note(made).status == TACTUS_OK);
        TACTUS_CHECK(::read(reader, bytes, sizeof bytes) == 3 && bytes[1] == 60);
        ::close(reader);
        TACTUS_CHECK(send_note(made).status == TACTUS_E_CLOSED);
    }
    TACTUS_CHECK(made.end().empty());
}

TACTUS_TEST("a reader that does not read costs one event, not the worker") {
    pipe_file pipe;
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.fifo_out");
    made.config.set("path", "\"" + pipe.path + "\"");
    TACTUS_CHECK(made.start() == TACTUS_OK);
    const int reader = ::open(pipe.path.c_str(), O_RDONLY | O_NONBLOCK);
    ::fcntl(reader, F_SETPIPE_SZ, 4096);
    tactus_status status = TACTUS_OK;
    for (int i = 0; i < 2000 && status == TACTUS_OK; ++i) {
        status = send_note(made).status;
    }
    TACTUS_CHECK(status == TACTUS_E_TIMEOUT);
    ::close(reader);
    TACTUS_CHECK(made.end().empty());
}

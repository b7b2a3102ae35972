// SPDX-License-Identifier: MIT
#include "tests/support/jack_server.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace tactus::test {
namespace {

constexpr const char* default_server = "JACK_DEFAULT_SERVER";

// PipeWire has no names of servers: its folder says which one is meant. What its clients do with
// note-ons of velocity 0, the tests do not want: libjack makes note-offs of them.
void set_for_pipewire(const std::string& folder) {
    setenv("PIPEWIRE_RUNTIME_DIR", folder.c_str(), 1);
    setenv("PIPEWIRE_PROPS", "{ jack.fix-midi-events = false }", 1);
}

bool is_there(const char* program) {
    const char* const path = std::getenv("PATH");
    std::string folders = path != nullptr ? path : "/usr/bin";
    for (std::size_t at = 0; at < folders.size();) {
        const std::size_t end = std::min(folders.find(':', at), folders.size());
        const std::string candidate = folders.substr(at, end - at) + "/" + program;
        if (access(candidate.c_str(), X_OK) == 0) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

// A machine has eight places for servers, and a place is freed by the server that ends by itself,
// or taken over by the next of its name. So names are few and used again; a lock says which are in
// use.
constexpr int names_max = 4;

std::string lock_path(const std::string& name) {
    return (std::filesystem::temp_directory_path() / (name + ".lock")).string();
}

// A killed server leaves its socket and semaphores, which have its name in theirs.
void remove_files_of(const std::string& name) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", ignored)) {
        if (entry.path().filename().string().find("_" + name + "_") != std::string::npos) {
            std::filesystem::remove(entry.path(), ignored);
        }
    }
}

// A killed process may have left it locked: plugins/midi/jack_metadata.cpp.
void remove_metadata() {
    std::error_code ignored;
    std::filesystem::remove_all("/dev/shm/jack_db-" + std::to_string(::getuid()), ignored);
}

} // namespace

bool is_pipewire() {
    static const bool is =
        run({TACTUS_JACK_CHILD, "version"}).out.find("PipeWire") != std::string::npos;
    return is;
}

jack_server::jack_server() {
    // A client in this process may write to a server that was killed; `tactus run` does so too.
    std::signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < names_max && lock_ < 0; ++i) {
        name_ = "tactus-test-" + std::to_string(i);
        lock_ = ::open(lock_path(name_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (lock_ >= 0 && ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
            ::close(lock_);
            lock_ = -1;
        }
    }
    if (lock_ < 0) {
        throw std::runtime_error("too many tests use JACK servers at a time");
    }
    const char* const program = is_pipewire() ? "pipewire" : "jackd";
    if (!is_there(program)) {
        throw std::runtime_error(std::string("the MIDI tests need a real JACK server: ") + program);
    }
    if (is_pipewire()) {
        set_for_pipewire(folder_.path());
    }
    if (const char* before = std::getenv(default_server)) {
        default_before_ = before;
    }
    setenv(default_server, name_.c_str(), 1);
}

// Only a server that ends by itself frees its place in the machine's list of eight, and the shared
// memory of its namesakes that were killed.
jack_server::~jack_server() {
    for (int tries = 0; !end() && tries < 3; ++tries) {
        try {
            start();
        } catch (const std::exception&) {
            break; // left to the next server of this machine
        }
    }
    remove_files_of(name_);
    ::close(lock_);
    if (default_before_) {
        setenv(default_server, default_before_->c_str(), 1);
    } else {
        unsetenv(default_server);
    }
}

void jack_server::start(mode in, int period_frames) {
    const std::vector<std::string> command =
        is_pipewire() ? pipewire_command(period_frames) : jackd_command(in, period_frames);
    const auto answers = [&] {
        server_.reset(); // two of one name cannot be
        server_ = std::make_unique<process>(command);
        return run({TACTUS_JACK_CHILD, "wait", "10000"}).code == 0;
    };
    if (answers()) {
        return;
    }
    remove_metadata(); // a test that was cut off, or another program, may have left it locked
    if (!answers()) {
        throw std::runtime_error("the JACK server does not answer: " + server_->out() +
                                 server_->err());
    }
    std::fputs("JACK's metadata database was locked: removed\n", stderr);
}

std::vector<std::string> jack_server::pipewire_command(int period_frames) const {
    const std::string latency = std::to_string(period_frames) + "/48000";
    setenv("PIPEWIRE_LATENCY", latency.c_str(), 1); // what each client asks for; the least counts
    return {"pipewire"};
}

std::vector<std::string> jack_server::jackd_command(mode in, int period_frames) const {
    // -r: without real-time rights, which a test does not have.
    std::vector<std::string> arguments{"jackd", "-n", name_, "-r"};
    if (in == mode::waits) {
        arguments.emplace_back("-S");
    }
    for (const char* each : {"-d", "dummy", "-r", "48000", "-p"}) {
        arguments.emplace_back(each);
    }
    arguments.push_back(std::to_string(period_frames));
    return arguments;
}

void jack_server::kill() {
    server_->signal(SIGKILL);
    static_cast<void>(server_->wait());
    remove_metadata();
}

void jack_server::freeze() {
    server_->signal(SIGSTOP);
}

void jack_server::thaw() {
    server_->signal(SIGCONT);
}

bool jack_server::end() noexcept {
    if (server_ == nullptr) {
        return true;
    }
    server_->signal(SIGCONT);
    server_->signal(SIGTERM);
    const std::optional<int> code = server_->wait();
    server_.reset();                   // by SIGKILL, if it must be
    return code == 0 || is_pipewire(); // which leaves nothing in the list of servers
}

} // namespace tactus::test

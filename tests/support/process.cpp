// SPDX-License-Identifier: MIT
#include "tests/support/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tactus::test {
namespace {

using namespace std::chrono_literals;

std::string contents(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) {
        all.push_back(text.data());
    }
    all.push_back(nullptr);
    return all;
}

} // namespace

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

process::process(std::vector<std::string> arguments, const options& with) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    const std::string out = folder_.path("out");
    const std::string err = folder_.path("err");
    posix_spawn_file_actions_addopen(
        &actions, 0, with.standard_input.empty() ? "/dev/null" : with.standard_input.c_str(),
        O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), flags, 0600);
    std::vector<std::string> environment = with.environment;
    // For the control sockets of a daemon, so that two tests at once do not share them.
    environment.push_back("RUNTIME_DIRECTORY=" + folder_.path("run"));
    for (char** entry = environ; *entry != nullptr; ++entry) {
        environment.emplace_back(*entry); // the first of a name counts
    }
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t defaults; // as from a shell, whatever this process ignores
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    const int failed = ::posix_spawnp(&pid_, arguments.front().c_str(), &actions, &attributes,
                                      pointers(arguments).data(), pointers(environment).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        throw std::runtime_error(arguments.front() +
                                 " cannot be started: " + std::strerror(failed));
    }
}

process::~process() {
    if (is_running()) {
        signal(SIGKILL);
        (void)wait();
    }
}

void process::signal(int number) const {
    if (!code_) {
        ::kill(pid_, number);
    }
}

bool process::is_running() {
    return !wait(0ms).has_value();
}

std::optional<int> process::wait(std::chrono::milliseconds limit) {
    eventually(
        [this] {
            int status = 0;
            if (!code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
                code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            }
            return code_.has_value();
        },
        limit);
    return code_;
}

std::string process::out() const {
    return contents(folder_.path("out"));
}

std::string process::err() const {
    return contents(folder_.path("err"));
}

bool process::says(const std::string& text, std::chrono::milliseconds limit) {
    return eventually(
        [&] {
            return out().find(text) != std::string::npos || err().find(text) != std::string::npos;
        },
        limit);
}

finished run(std::vector<std::string> arguments, const process::options& options) {
    process program(std::move(arguments), options);
    const std::optional<int> code = program.wait(std::chrono::minutes(3));
    return {code.value_or(-1), program.out(), program.err()};
}

} // namespace tactus::test

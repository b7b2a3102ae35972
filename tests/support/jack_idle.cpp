// SPDX-License-Identifier: MIT
#include "tests/support/jack_idle.hpp"

#include <csignal>
#include <stdexcept>

namespace tactus::test {

jack_idle::jack_idle(const std::string& client) : child_({TACTUS_JACK_CHILD, "idle", client}) {
    if (!child_.says("ready\n")) {
        throw std::runtime_error("the idle JACK client did not start: " + child_.out());
    }
}

// Properly, where the server answers: jackd takes seconds to forget a client that was killed.
jack_idle::~jack_idle() {
    child_.signal(SIGTERM);
    static_cast<void>(child_.wait(std::chrono::seconds(1)));
}

} // namespace tactus::test

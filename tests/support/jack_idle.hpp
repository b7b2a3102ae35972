// SPDX-License-Identifier: MIT
// A JACK client with a MIDI output port, CLIENT:out, that is activated and does not run: jackd runs
// nobody who listens to it. A process of its own, on the default server, which must go on without
// it (jack_server::mode::goes_on).
#pragma once

#include "tests/support/process.hpp"

#include <string>

namespace tactus::test {

class jack_idle {
public:
    /// Returns when the port is there; throws where it does not come.
    explicit jack_idle(const std::string& client);
    jack_idle(const jack_idle&) = delete;
    jack_idle& operator=(const jack_idle&) = delete;
    ~jack_idle();

private:
    process child_;
};

} // namespace tactus::test

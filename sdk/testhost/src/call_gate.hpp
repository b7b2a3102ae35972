// SPDX-License-Identifier: MIT
// The checks that hold for all calls of a plugin, and the answer that the test has scripted. Not
// installed.
#pragma once

#include <string>
#include <thread>

#include <tactus/testhost/breaches.hpp>
#include <tactus/testhost/record.hpp>
#include <tactus/testhost/script.hpp>

namespace tactus::testing {

/// The thread that makes it is [loop]. Its functions are [any].
class call_gate {
public:
    call_gate(answer_script& answers, const life_state& life, breach_list& breaches)
        : answers_(answers), life_(life), breaches_(breaches) {}

    bool is_on_loop() const { return std::this_thread::get_id() == loop_; }
    /// Whether start() has begun, so that ops may be started.
    bool has_begun() const { return life_.is_starting || life_.is_started; }
    bool is_started() const { return life_.is_started; }
    /// The status that is scripted for the call. For functions that are [any].
    tactus_status answer_to(const char* call) { return answers_.answer_to(call); }
    /// The same, after the checks that hold for all functions that are [loop].
    tactus_status enter(const char* call);
    void breach(std::string what) { breaches_.breach(std::move(what)); }

private:
    answer_script& answers_;
    const life_state& life_;
    breach_list& breaches_;
    const std::thread::id loop_ = std::this_thread::get_id();
};

} // namespace tactus::testing

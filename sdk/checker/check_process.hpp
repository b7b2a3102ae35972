// SPDX-License-Identifier: MIT
// Runs one function in a child process and reports how the process ended, whatever the function
// does. The two share a page of memory, where the child notes which call it makes into the plugin.
#pragma once

#include "checker.hpp"

#include <functional>
#include <string>

namespace tactus::checker {

struct ended {
    verdict outcome = verdict::failed;
    std::string why;
    bool is_timeout = false;
    std::string told; // what the child left by tell_parent
};

/// Blocks until the child has ended; at most limit_s seconds, then it is killed. Its standard
/// output and error are kept apart from the caller's.
ended run_apart(const std::function<void()>& body, double limit_s);

/// In the child only: the call into the plugin that is made now, or nullptr.
void note_call(const char* call);
/// In the child only: this is the reason if the child ends without another.
void note_failure(const std::string& why);
/// In the child only: ends it by exit(), with all destructors; the test has passed if that returns
/// status 0 to the system.
[[noreturn]] void exit_apart();
/// In the child only: adds text that the parent finds in `told`, up to 16,000 bytes in all.
void tell_parent(const std::string& text);
/// In the child only: the text written to standard output and error since the start.
std::string written_so_far();

} // namespace tactus::checker

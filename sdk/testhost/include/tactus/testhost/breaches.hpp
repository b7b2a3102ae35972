// SPDX-License-Identifier: MIT
// The breaches of the contract that a test_host finds, in the order in which they happen. They are
// the plugin's, and those of a test that asks for something that does not exist.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <mutex>
#include <string>
#include <vector>

namespace tactus::testing {

class breach_list {
public:
    /// Writes a breach of the contract down, from any thread.
    void breach(std::string what);

    // Read it on [loop], while no other thread of the plugin is in a call.
    std::vector<std::string> breaches;

private:
    std::mutex mutex_; // guards breaches while it is written
};

} // namespace tactus::testing

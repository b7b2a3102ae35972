// SPDX-License-Identifier: MIT
// The plugin under test, inside the process of one test: the file, one of its descriptors, and the
// instances that the test makes of it. A test fails by throwing `failure`, through `require`.
#pragma once

#include "checker.hpp"

#include <tactus/testhost/instance.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace tactus::checker {

/// Ends a test: the fault, as a sentence.
struct check_failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// Ends a test that does not apply.
struct check_skipped : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Notes a failure for the parent at once, since the instances that are destroyed on the way out
/// may crash, and throws.
[[noreturn]] void fail(const std::string& why);

inline void require(bool is_good, const std::string& else_why) {
    if (!is_good) {
        fail(else_why);
    }
}
[[noreturn]] inline void skip(const std::string& why) {
    throw check_skipped(why);
}

class subject {
public:
    /// `note_call` is told what is called in the plugin, nullptr when it has returned.
    subject(const check_options& options, std::string id, void (*note)(const char* call))
        : options_(options), id_(std::move(id)), note_call_(note) {}

    const std::string& path() const { return options_.file; }
    double limit_s() const { return options_.limit_s; }
    /// Loads the file. Fails where that cannot be done, or where it has no entry.
    const tactus_entry& entry();
    /// The one that is tested; only for instances.
    const tactus_descriptor& descriptor();
    bool is(std::uint32_t kind) { return (descriptor().kinds & kind) != 0; }

    /// Created, with values for all options that are required; not configured. Fails where create
    /// does.
    std::unique_ptr<testing::test_instance>
    make(const std::function<void(testing::test_host&)>& prepare = nullptr);
    /// Started. Fails where it refuses to, with its reason.
    std::unique_ptr<testing::test_instance> start();
    /// Ends it. Fails where that reports something.
    static void end(testing::test_instance& made);

    /// Of its first level, each with a space behind it.
    static std::string option_keys(const tactus_descriptor& of);
    /// The fault of the settings that are for options of this descriptor, as a sentence.
    std::string setting_fault(const tactus_descriptor& of) const;

    void note_call(const char* call) const { note_call_(call); }

private:
    void set_required(testing::test_config& to, const tactus_option* options, std::uint32_t n);

    const check_options& options_;
    std::string id_;
    void (*note_call_)(const char* call);
    const tactus_entry* entry_ = nullptr;
};

/// The value that the checker gives to a required option that the user has not set, in TOML.
std::string value_for(const tactus_option& option);

} // namespace tactus::checker

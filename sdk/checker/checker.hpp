// SPDX-License-Identifier: MIT
// Checks a plugin file against its contract: many small tests, each in a process of its own, which
// hosts the plugin with tactus::testhost in virtual time. `tactus plugin check` prints what comes
// out. The process that calls this never loads the plugin. Linux.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tactus::checker {

enum class verdict { passed, failed, skipped };

struct check_result {
    std::string plugin; // the descriptor's id; empty for a test of the file
    std::string test;   // its name: "send-batches"
    verdict outcome = verdict::passed;
    std::string why; // a sentence, if it did not pass
    double seconds = 0;
};

/// An option of the plugin, for the instances that the tests make.
struct setting {
    std::string key;
    std::string toml; // one value in TOML
};

struct check_options {
    std::string file;
    std::vector<setting> settings; // for each descriptor that has the option
    // Tells only of the tests whose name has this in it, and of those of the file that fail, since
    // the others stand on them; empty = all.
    std::string only;
    double limit_s = 30; // of one test; one that takes longer has failed
};

/// Calls `tell` for each result as it comes, file first, then descriptor by descriptor. From a
/// process without threads: it forks. Throws std::system_error if the system gives no process.
std::vector<check_result> check_plugin(const check_options& options,
                                       const std::function<void(const check_result&)>& tell);

/// The fault of the settings, as a sentence: no descriptor has such an option, or the option does
/// not take the value. Empty if nothing is, or the file does not tell. Threads and errors as
/// check_plugin.
std::string setting_fault(const check_options& options);

/// A test, for lists.
struct check_info {
    std::string name;
    std::string doc; // one sentence
};
std::vector<check_info> all_checks();

/// Whether nothing failed.
bool is_good(std::span<const check_result> results);

/// One line: "passed  org.example.x  start-and-stop", with the reason behind it.
std::string to_line(const check_result& result);
/// {"file":...,"passed":n,"failed":n,"skipped":n,"tests":[{"plugin","test","outcome","why",
/// "seconds"}]}
std::string to_json(const std::string& file, std::span<const check_result> results);
/// A <testsuite> for each descriptor, as CI servers read it.
std::string to_junit(const std::string& file, std::span<const check_result> results);

} // namespace tactus::checker

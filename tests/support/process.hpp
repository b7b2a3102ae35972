// SPDX-License-Identifier: MIT
// A program that a test runs: started with its output in files, waited for by conditions, and never
// left behind. Ends only what it has started.
#pragma once

#include "tests/support/temp_dir.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tactus::test {

inline constexpr std::chrono::seconds patience{
    20}; // for machines under load; conditions end it sooner

// Looks again and again; true as soon as it holds, false when patience is at its end.
bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit = patience);

class process {
public:
    struct options {
        // "NAME=value", added to this program's. RUNTIME_DIRECTORY is a folder of its own.
        std::vector<std::string> environment;
        std::string standard_input;           // the path of a file; empty: nothing to read
    };

    explicit process(std::vector<std::string> arguments, const options& with = {});
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process(); // SIGKILL, where it still runs

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    // What RUNTIME_DIRECTORY is, if the test does not say.
    [[nodiscard]] std::string runtime_folder() const { return folder_.path("run"); }
    void signal(int number) const;
    [[nodiscard]] bool is_running();
    // Its exit code (128 + signal where a signal ended it), or none where it still runs.
    [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds limit = patience);

    [[nodiscard]] std::string out() const; // so far
    [[nodiscard]] std::string err() const;
    // Waits for a text in either.
    [[nodiscard]] bool says(const std::string& text, std::chrono::milliseconds limit = patience);

private:
    temp_dir folder_;
    pid_t pid_ = -1;
    std::optional<int> code_;
};

// Runs it to its end.
struct finished {
    int code = -1;
    std::string out;
    std::string err;
};
finished run(std::vector<std::string> arguments, const process::options& options = {});

} // namespace tactus::test

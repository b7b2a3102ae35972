// SPDX-License-Identifier: MIT
// Does with a block what a reader would, and says what goes wrong. One language, one file.
#pragma once

#include "tests/docs/document.hpp"
#include "tests/support/process.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tactus::docs {

/// Where it all is; from CMake.
struct build_environment {
    std::filesystem::path root;    // of the repository
    std::filesystem::path program; // the built tactus
    std::string plugin_path;       // TACTUS_PLUGIN_PATH: the built plugins, the SDK's example
    std::string cmake, c, cpp;     // programs
    std::vector<block> document{}; // the other blocks of the same document
};

struct outcome {
    std::string wrong{};              // empty: the block is as it should be
    std::vector<std::string> notes{}; // what was checked but not run, and why
};

/// Any block; a language that is not known is wrong.
[[nodiscard]] outcome run_block(const block& each, const build_environment& here);

/// toml_block.cpp. A whole configuration, or a part of one, which is completed. `tactus check`
/// decides.
[[nodiscard]] outcome run_toml(const block& each, const build_environment& here);
[[nodiscard]] std::string completed_toml(const std::string& fragment);
/// What `tactus check --show` prints of these files must be a configuration, too, and shown in the
/// same way. Returns what is wrong, or an empty text.
[[nodiscard]] std::string not_shown_again(const std::vector<std::string>& files,
                                          const build_environment& here);

/// console_block.cpp. `$ ` begins a command; the lines after it are its output, in which `...`
/// stands for any text, alone in a line for any lines.
[[nodiscard]] outcome run_console(const block& each, const build_environment& here);
/// The first expected line that does not come, and what came there; empty where all come.
[[nodiscard]] std::string difference(const std::vector<std::string>& expected,
                                     const std::vector<std::string>& came);

/// shell_block.cpp. `bash -e`; where that would build, install or never end, see without_running().
[[nodiscard]] outcome run_shell(const block& each, const build_environment& here);

/// known_commands.cpp. Commands that a test cannot run (they would build and run the tests again,
/// install, download, or never end).
[[nodiscard]] bool can_not_be_run(const std::string& commands);
/// Whether the programs and scripts are there, and know the options and presets that are given.
[[nodiscard]] outcome without_running(const std::string& commands, const build_environment& here);
/// What the real packaging/run would not understand; blocks are run with the workplace's.
[[nodiscard]] std::string wrong_run_script(const std::string& commands,
                                           const build_environment& here);

/// source_block.cpp.
[[nodiscard]] outcome run_source(const block& each, const build_environment& here); // c, cpp
[[nodiscard]] outcome run_cmake(const block& each, const build_environment& here);
[[nodiscard]] outcome run_json(const block& each, const build_environment& here);
[[nodiscard]] outcome run_ini(const block& each);

/// workplace.cpp. A copy of the repository's root, without what is there to be built, to run
/// commands in. In it, `packaging/run` starts the program that is built already; `tactus run` ends
/// after some seconds where nothing else is said; and each configuration of the document whose
/// first line is a comment `# NAME.toml` stands under that name.
class workplace {
public:
    explicit workplace(const build_environment& here);

    [[nodiscard]] const test::temp_dir& folder() const noexcept { return folder_; }
    /// Runs a bash script there, with the block's `while` beside it; what it starts ends with it.
    [[nodiscard]] test::finished run(const std::string& script, const std::string& beside) const;

private:
    void write_program(const std::string& name, const std::string& text) const;

    test::temp_dir folder_;
    std::string exports_; // to PATH and others: bash takes the last of a name, process the first
};

/// Runs a program to its end, with a limit; 124 where that was reached.
[[nodiscard]] test::finished run_limited(std::vector<std::string> arguments,
                                         const test::process::options& options = {});

} // namespace tactus::docs

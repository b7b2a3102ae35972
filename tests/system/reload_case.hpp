// SPDX-License-Identifier: MIT
// A daemon whose file a test writes anew, and how it is told to read it.
#pragma once

#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/unix_client.hpp"

#include <csignal>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace tactus::test {

inline std::string osc_input(const std::string& name, std::uint16_t port,
                             const std::string& more = {}) {
    return fmt::format("[[input]]\nname = \"{}\"\ntype = \"osc\"\nlisten = \"udp://127.0.0.1:{}\"\n"
                       "{}\n",
                       name, port, more);
}
inline std::string osc_output(const std::string& name, std::uint16_t port,
                              const std::string& more = {}) {
    return fmt::format("[[output]]\nname = \"{}\"\ntype = \"osc\"\nto = \"udp://127.0.0.1:{}\"\n"
                       "{}\n",
                       name, port, more);
}
inline std::string route(const std::string& from, const std::string& to,
                         const std::string& more = {}) {
    return fmt::format("[[route]]\nfrom = \"{}\"\nto = \"{}\"\n{}\n", from, to, more);
}

class reload_case {
public:
    explicit reload_case(const std::string& text, std::vector<std::string> before = {})
        : file_(write(text)) {
        before.insert(before.end(), {tactus_program, "run", file_});
        program_ = std::make_unique<process>(std::move(before));
        if (!program_->says("The daemon is running.")) {
            throw std::runtime_error("the daemon did not start:\n" + program_->err());
        }
    }

    std::string write(const std::string& text) {
        return folder_.write("test.toml", text + "\n[metrics]\nlisten = \"127.0.0.1:0\"\n");
    }
    [[nodiscard]] process& program() noexcept { return *program_; }
    [[nodiscard]] const std::string& file() const noexcept { return file_; }

    // `tactus` with these words, for this daemon.
    [[nodiscard]] finished command(std::vector<std::string> words) const {
        words.insert(words.begin(), tactus_program);
        return run(std::move(words), {{"RUNTIME_DIRECTORY=" + program_->runtime_folder()}, {}});
    }
    // Writes the file and has it read; must be taken.
    void reload(const std::string& text) {
        write(text);
        const finished done = command({"reload"});
        INFO(done.err);
        REQUIRE(done.code == 0);
    }
    [[nodiscard]] std::string scrape() const { return http_get(metrics_port(), "/metrics").body; }
    [[nodiscard]] std::uint16_t metrics_port() const {
        const std::string log = program_->err();
        const std::size_t at = log.find("metrics=");
        return static_cast<std::uint16_t>(std::stoi(log.substr(log.find(':', at) + 1)));
    }
    [[nodiscard]] double metric(const std::string& series) const {
        const std::string body = "\n" + scrape();
        const std::size_t at = body.find("\n" + series + " ");
        return at == std::string::npos ? -1 : std::stod(body.substr(at + series.size() + 2));
    }
    [[nodiscard]] int stop() {
        program_->signal(SIGTERM);
        return program_->wait().value_or(-1);
    }

private:
    temp_dir folder_;
    std::string file_;
    std::unique_ptr<process> program_;
};

} // namespace tactus::test

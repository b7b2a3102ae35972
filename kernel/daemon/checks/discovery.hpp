// SPDX-License-Identifier: MIT
// The ports of this machine, as the plugins see them ("tactus.discover/0"), for `tactus ports`.
// Configures and starts nothing. Threads: one.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/daemon/checks/probe_environment.hpp"
#include "kernel/host/instance.hpp"
#include "kernel/host/loading/catalog.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tactus::daemon {

struct discovered_port {
    std::string system; // "JACK"
    std::string name;   // the full name; empty: the system has none, or is not available
    // For a port: the value of the option `port` that always means it, as TOML, or empty. For a
    // system: why it is not available; empty if it is.
    std::string note;
};

class discovery {
public:
    static constexpr std::int64_t answer_limit_ns = 5'000'000'000;
    static constexpr std::size_t ports_max = 4096; // of one plugin; further ones are left out

    // Errors: limit (no memory for the smallest queue).
    [[nodiscard]] static result<std::unique_ptr<discovery>> make();
    ~discovery();

    // Empty if the plugin does not discover ports. Errors: the plugin's; io if it did not answer in
    // time. Blocks: the limit at most.
    [[nodiscard]] result<std::vector<discovered_port>>
    list(const host::found_plugin& plugin, std::int64_t limit_ns = answer_limit_ns);

    // A plugin hangs forever: leave by _exit.
    [[nodiscard]] bool has_quarantine() const noexcept { return !quarantine_.empty(); }
    void finish_log() noexcept { probe_->log().finish(); } // first; as daemon::finish_log

private:
    struct question;

    explicit discovery(std::unique_ptr<probe_environment> probe) noexcept;
    void ask(question& asked, std::int64_t limit_ns);
    void wind_down(host::instance& instance);

    std::unique_ptr<probe_environment> probe_;
    std::vector<std::unique_ptr<question>> quarantine_; // their threads may still write into them
};

} // namespace tactus::daemon

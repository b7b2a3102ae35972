// SPDX-License-Identifier: MIT
// The operator's pages:
//     /metrics   what Prometheus scrapes
//     /livez     200: the loop turns (this answer came through it)
//     /readyz    200, or 503 with what is missing, as JSON; also what is down but not required
// The daemon provides their contents through `observed`.
#pragma once

#include "kernel/metrics/http_server.hpp"
#include "kernel/metrics/process.hpp"
#include "kernel/metrics/snapshot.hpp"

#include <tactus/cpp/channel.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tactus::metrics {

struct missing_part {
    std::string name; // an input, an output
    std::string why;
    std::int64_t since_ns = 0; // on the host clock; 0: unknown
};

struct readiness {
    bool is_ready = false;
    std::vector<missing_part> missing;       // the reasons why it is not ready
    std::vector<missing_part> impaired = {}; // down, but not required
};

// Threads: loop.
class observed {
public:
    observed() = default;
    observed(const observed&) = delete;
    observed& operator=(const observed&) = delete;
    virtual ~observed() = default;

    // Collects first what the workers have finished since the last one.
    [[nodiscard]] virtual snapshot take_snapshot() = 0;
    [[nodiscard]] virtual readiness take_readiness() const = 0;
};

class pages final : public endpoints {
public:
    // Further scrapes wait: each occupies a thread.
    static constexpr std::size_t scrapes_at_once_max = 8;

    // Both must outlive it.
    pages(coro::reactor& reactor, observed& shown);

    [[nodiscard]] tactus::task<response> get(std::string path) override;

private:
    tactus::task<response> scrape();
    [[nodiscard]] response readiness_page() const;

    coro::reactor& reactor_;
    observed& shown_;
    process_reader process_;
    tactus::channel<std::monostate> turns_; // held during a scrape
    std::uint64_t scrapes_ = 0;
};

} // namespace tactus::metrics

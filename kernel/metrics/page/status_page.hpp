// SPDX-License-Identifier: MIT
// The status page and its streams, before the other pages:
//     /                 the page, complete without JavaScript
//     /events           its live part (updates.hpp)
//     /events/tap       what becomes of each event, as the tap of the control socket tells it
//     /events/tap/lost  of these only what was lost or late
// The page and its scripts come in one response, which allows nothing else (Content-Security-Policy
// with a nonce). Threads: loop.
#pragma once

#include "kernel/metrics/http_server.hpp"
#include "kernel/metrics/page/updates.hpp"

#include <string>

namespace tactus::metrics::page {

class status_page final : public endpoints {
public:
    // All must outlive it. `others`: answers all other paths.
    status_page(coro::reactor& reactor, source& shown, endpoints& others)
        : reactor_(reactor), shown_(shown), others_(others), updates_(reactor, shown) {}

    [[nodiscard]] tactus::task<response> get(std::string path) override;

private:
    tactus::task<response> whole_page();
    [[nodiscard]] response stream_of(std::unique_ptr<body_stream> stream) const;
    [[nodiscard]] response tap(bool only_lost);

    coro::reactor& reactor_;
    source& shown_;
    endpoints& others_;
    updates updates_;
};

} // namespace tactus::metrics::page

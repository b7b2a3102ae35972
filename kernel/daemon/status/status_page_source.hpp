// SPDX-License-Identifier: MIT
// The data of the status page: the same moment that the method `status` reports, in
// the page's words, and the tap. The tap shows the contents of events; therefore it is there only
// if the pages are served on this machine alone. Threads: loop.
#pragma once

#include "kernel/daemon/status/metrics_service.hpp"
#include "kernel/daemon/status/overview.hpp"
#include "kernel/daemon/tap/tap.hpp"
#include "kernel/metrics/page/updates.hpp"

#include <memory>
#include <string>

namespace tactus::daemon {

class status_page_source final : public metrics::page::source {
public:
    // All must outlive it.
    status_page_source(const overview& from, tap& taps, const metrics_service& pages)
        : from_(from), taps_(taps), pages_(pages) {}

    [[nodiscard]] metrics::page::view take_view() override;
    void complete(metrics::page::view& taken) const override;
    [[nodiscard]] std::string build() const override;
    [[nodiscard]] bool has_tap() const override { return pages_.is_loopback(); }
    [[nodiscard]] std::unique_ptr<metrics::body_stream> open_tap(bool only_lost) override {
        return taps_.open_page_tap(only_lost);
    }

private:
    const overview& from_;
    tap& taps_;
    const metrics_service& pages_;
};

// Bounds: `of.details` is of `of.taken`. Pure, but for the conversion from the host clock.
[[nodiscard]] metrics::page::view make_view(const overview::moment& of,
                                            const config::settings& settings, phase now,
                                            const time::clock& clock);

} // namespace tactus::daemon

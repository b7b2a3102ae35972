// SPDX-License-Identifier: MIT
// The data of the operator's pages about the daemon: the snapshot for a scrape, and readiness.
// Collects from all components, and keeps only the facts that none of them knows. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/daemon/status/down_times.hpp"
#include "kernel/daemon/status/metrics_service.hpp"
#include "kernel/daemon/supervisor_group.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/metrics/pages.hpp"
#include "kernel/time/timebase.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace tactus::daemon {

enum class phase : std::uint8_t { starting, running, stopping };

class status final : public metrics::observed {
public:
    static constexpr std::size_t removed_max = 256; // whose last figures wait for a look

    // All must outlive it.
    struct sources {
        const config::settings& settings;
        const time::timebase& timebase;
        loop::loop& loop;
        flow::dispatcher& dispatcher;
        const flow::ingress& ingress;
        const flow::fan_out& fan_out;
        const supervisor_group& inputs;
        const supervisor_group& outputs;
        const metrics_service& pages;
        const base::log& log;
        down_times& downs;
    };
    explicit status(const sources& from)
        : from_(from), loaded_unix_ns_(from.loop.clock().unix_ns()) {}

    void enter(phase now) noexcept {
        phase_ = now;
        has_started_ = has_started_ || now == phase::running;
    }
    [[nodiscard]] phase current() const noexcept { return phase_; }
    // Why the last reload was not taken; empty: it was, or there was none.
    [[nodiscard]] const std::string& refusal() const noexcept { return reloads_.refusal; }
    void set_realtime(bool is_realtime, bool is_memory_locked) noexcept {
        is_realtime_ = is_realtime;
        is_memory_locked_ = is_memory_locked;
    }

    // A configuration was read again: why it was not taken, or empty.
    void reloaded(const std::string& refusal, std::int64_t read_unix_ns) {
        ++(refusal.empty() ? reloads_.taken : reloads_.refused);
        reloads_.last_unix_ns = read_unix_ns;
        reloads_.refusal = refusal;
        loaded_unix_ns_ = refusal.empty() ? read_unix_ns : loaded_unix_ns_;
    }
    // It is about to be removed: its last figures are in the next snapshot, and then no more.
    void keep_last(host::role plays, std::uint16_t number);

    // The present state.
    [[nodiscard]] metrics::snapshot take_present();
    // Also the last figures of the instances that were removed since the last one.
    [[nodiscard]] metrics::snapshot take_snapshot() override;
    [[nodiscard]] metrics::readiness take_readiness() const override;

private:
    [[nodiscard]] bool is_shown(const config::instance_settings& settings,
                                const host::supervisor& of) const;
    void add_input(metrics::snapshot& into, std::size_t index) const;
    void add_output(metrics::snapshot& into, std::size_t index);
    [[nodiscard]] bool is_any_enough_for(std::uint16_t output) const;
    void forget_removed(const std::string& name);
    void add_removed(metrics::snapshot& into);

    sources from_;
    std::int64_t loaded_unix_ns_;
    phase phase_ = phase::starting;
    metrics::reload_row reloads_;
    metrics::snapshot removed_;
    bool has_started_ = false; // the inputs were started, even if they are stopping by now
    bool is_realtime_ = false;
    bool is_memory_locked_ = false;
};

} // namespace tactus::daemon

// SPDX-License-Identifier: MIT
// Reads the configuration again and takes it, as a whole or not at all:
//   read and check the file (another thread) -> the plugins' own checks of the new options (loop)
//   -> compare with the running configuration -> number the new instances -> make the routes
//   (another thread)
//   -> in one step of the loop: settings, limits and routes -> reload_steps
// Until that step nothing has changed, and any fault is the answer. One reload at a time;
// others wait for it, first come, first served. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/instance_set.hpp"
#include "kernel/daemon/process/service_notices.hpp"
#include "kernel/daemon/reload/instance_restart.hpp"
#include "kernel/daemon/reload/reload_answer.hpp"
#include "kernel/daemon/reload/reload_steps.hpp"
#include "kernel/daemon/reload/route_ids.hpp"
#include "kernel/daemon/service_tasks.hpp"
#include "kernel/daemon/sounding_service.hpp"
#include "kernel/daemon/status/metrics_service.hpp"
#include "kernel/daemon/status/recent_activity.hpp"
#include "kernel/daemon/status/status.hpp"
#include "kernel/daemon/tap/tap.hpp"
#include "kernel/daemon/unrouted_outputs.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/host/loading/catalog.hpp"
#include "kernel/loop/loop.hpp"

#include <tactus/cpp/channel.hpp>
#include <tactus/cpp/event.hpp>
#include <tactus/cpp/task.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

namespace tactus::daemon {

class reloader {
public:
    // All must outlive it.
    struct parts {
        config::loaded& configuration; // that runs: replaced
        host::catalog& catalog;
        loop::loop& loop;
        flow::ingress& ingress;
        flow::fan_out& fan_out;
        flow::dispatcher& dispatcher;
        instance_set& instances;
        unrouted_outputs& unrouted;
        status& shown;
        metrics_service& pages;
        sounding_service& sounding;
        tap& taps;
        recent_activity& recent;
        instance_restart& restart;
        service_notices& notices;
        host::call_watch& calls;
        base::log& log;
    };
    explicit reloader(const parts& of);
    reloader(const reloader&) = delete;
    reloader& operator=(const reloader&) = delete;
    ~reloader() = default;

    // How the file is read again. Threads: another; the objects that it uses must not be used
    // meanwhile.
    using reader = std::function<result<config::loaded, config::refused>()>;
    void read_with(reader read) { read_ = std::move(read); }
    // Called when other settings run.
    void set_listener(std::function<void()> changed) { changed_ = std::move(changed); }

    // Waits until the reload is done, with all its steps.
    [[nodiscard]] tactus::task<reload_answer> ask(bool is_dry);
    // The log tells what became of it.
    void request();
    // The daemon stops: steps that run end where they are, and nothing is reloaded any more.
    void cancel() noexcept;
    // After cancel(). Calls `then` once when nothing of it runs any more, possibly at once.
    void stop(std::function<void()> then) { tasks_.stop(std::move(then)); }

private:
    struct question {
        explicit question(bool dry) { answer.is_dry = dry; }

        reload_answer answer;
        tactus::event is_answered;
    };
    void spawn(std::shared_ptr<question> asked);
    tactus::task<void> run(std::shared_ptr<question> asked);
    tactus::task<void> reload(reload_answer& answer);
    tactus::task<void> take(config::loaded& file, config::difference& found, reload_answer& answer);
    tactus::task<void> ask_plugins(const config::settings& file, const config::difference& found,
                                   reload_answer& answer);
    void commit(config::loaded& file, flow::router routes, const config::difference& found,
                reload_steps::plan what);
    void add_opened(const reload_steps::plan& what);
    [[nodiscard]] reload_steps::plan plan_for(const config::settings& all,
                                              const config::difference& found) const;
    [[nodiscard]] std::vector<metrics::missing_part>
    find_down(const config::difference& found) const;
    void apply_sections(const config::settings& before);
    void tell(const reload_answer& answer);

    parts of_;
    reader read_;
    std::function<void()> changed_;
    tactus::channel<std::monostate> turn_; // held during a reload
    reload_steps steps_;
    route_ids route_ids_;
    tactus::event has_stepped_;
    config::loaded before_;         // what supervisors that are about to stop still refer to
    std::int64_t read_unix_ns_ = 0; // when the file was read last
    bool is_stopping_ = false;
    service_tasks tasks_;
};

} // namespace tactus::daemon

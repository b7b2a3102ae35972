// SPDX-License-Identifier: MIT
#include "kernel/daemon/daemon.hpp"

#include "kernel/daemon/process/crash_report.hpp"
#include "kernel/daemon/process/start_failure.hpp"
#include "kernel/daemon/process/version.hpp"
#include "kernel/daemon/translate_settings.hpp"
#include "kernel/loop/realtime.hpp"

#include <utility>

namespace tactus::daemon {

result<std::unique_ptr<daemon>> daemon::make(config::loaded configuration, host::catalog& catalog) {
    const time::real_clock clock;
    result<flow::timed_queue> queue =
        flow::timed_queue::make(queue_limits(configuration.settings), clock.now_ns());
    if (!queue) {
        return unexpected<error>(queue.error());
    }
    std::unique_ptr<daemon> made(new daemon(std::move(configuration), std::move(*queue), catalog));
    if (const result<void> built = made->build(catalog); !built) {
        return unexpected<error>(built.error());
    }
    return made;
}

daemon::daemon(config::loaded configuration, flow::timed_queue queue, host::catalog& catalog)
    : configuration_(std::move(configuration)), log_(log_settings(settings().log)), loop_(clock_),
      flow_(std::move(queue), clock_), sounding_(configuration_, flow_.dispatcher, log_),
      warnings_(log_, clock_, settings(), configuration_.sources),
      notices_(loop_, log_, status_), services_{loop_,
                                                flow_.timebase,
                                                flow_.ingress,
                                                flow_.fan_out,
                                                flow_.dispatcher,
                                                waiters_,
                                                log_,
                                                version,
                                                settings().time.handover_ns,
                                                settings().time.spin_budget,
                                                &calls_,
                                                false,
                                                &notices_,
                                                &load_},
      downs_({clock_, flow_.ingress, flow_.dispatcher, instances_}),
      losses_(flow_.dispatcher.account(), flow_.ingress, flow_.fan_out, log_),
      clock_watch_(loop_, flow_.timebase), clock_report_(flow_.timebase, settings(), log_),
      instances_({flow_.ingress, flow_.fan_out, flow_.dispatcher, losses_, services_}),
      unrouted_(loop_, flow_.dispatcher, instances_.outputs()),
      stalls_(loop_, flow_.dispatcher, instances_.outputs()),
      recent_(loop_, flow_.dispatcher, flow_.ingress, flow_.fan_out),
      due_turn_(flow_.dispatcher, flow_.ingress, flow_.fan_out, waiters_, loop_, stalls_.timer(),
                settings().time.spin_budget),
      pages_(loop_, log_, settings().metrics),
      status_({settings(), flow_.timebase, loop_, flow_.dispatcher, flow_.ingress, flow_.fan_out,
               instances_.inputs(), instances_.outputs(), pages_, log_, downs_}),
      restart_({loop_, flow_.dispatcher, instances_.inputs(), instances_.outputs()}),
      taps_({settings(), loop_, flow_.dispatcher, flow_.ingress}),
      reloads_({configuration_, catalog, loop_, flow_.ingress, flow_.fan_out, flow_.dispatcher,
                instances_, unrouted_, status_, pages_, sounding_, taps_, recent_, restart_,
                notices_, calls_, log_}),
      overview_({configuration_, status_, recent_, log_, clock_}), page_(overview_, taps_, pages_),
      methods_({configuration_, overview_, restart_, loop_, flow_.ingress, flow_.fan_out,
                flow_.dispatcher, sounding_, log_, taps_, clock_, reloads_,
                [this] { request_stop(); }}),
      control_(loop_, log_, settings()), startup_(loop_, instances_.outputs(), instances_.inputs()),
      shutdown_({settings().safety, loop_, flow_.ingress, flow_.fan_out, flow_.dispatcher,
                 instances_.inputs(), instances_.outputs(), stalls_, losses_, pages_, control_,
                 reloads_, sounding_, log_}) {
    due_turn_.set_report(&losses_);
    due_turn_.set_recent(&recent_);
    due_turn_.set_downs(&downs_);
    due_turn_.set_clock_report(&clock_report_);
    loop_.set_due_work(&due_turn_);
    flow_.ingress.set_observer(&warnings_);
    flow_.fan_out.set_observer(&warnings_);
}

daemon::~daemon() {
    expect_exit();
    if (signals_ != nullptr) {
        signals_->detach(); // an exception has ended run()
    }
    loop_.set_due_work(nullptr);
}

// A file's inputs and outputs are numbered in its order.
result<void> daemon::build(host::catalog& catalog) {
    for (const config::output_settings& output : settings().outputs) {
        const result<std::uint16_t> number = instances_.number_output(output, settings());
        if (!number) {
            return unexpected<error>(number.error());
        }
        instances_.add(instance_set::output_supervisor(settings(), *number, catalog));
    }
    for (const config::input_settings& input : settings().inputs) {
        const result<std::uint16_t> number = instances_.number_input(input);
        if (!number) {
            return unexpected<error>(number.error());
        }
        instances_.add(instance_set::input_supervisor(settings(), *number, catalog));
    }
    flow_.ingress.configure(ingress_settings(settings()));
    flow_.fan_out.configure(flow::router(routes(settings())), circle_settings(settings()));
    recent_.begin();
    return {};
}

result<void> daemon::run(termination& signals) {
    result<void> ran = run_watched(signals);
    if (!ran) {
        log_start_failure(log_, ran.error().text);
        notices_.failed(ran.error().text);
    }
    return ran;
}

result<void> daemon::run_watched(termination& signals) {
    if (const result<void> watched = calls_.begin(); !watched) {
        return watched;
    }
    signals.attach({loop_, calls_, log_, [this] { request_stop(); }, [this] { request_reload(); },
                    [this] { return sounding_.is_kept(); }});
    signals_ = &signals;
    result<void> ran = run_loop();
    signals.detach();
    return ran;
}

result<void> daemon::run_loop() {
    report_crashes();
    notices_.begin(service_,
                   {settings(), flow_.dispatcher, instances_.inputs(), instances_.outputs()});
    if (const result<void> begun = loop_.begin_jobs(); !begun) { // a tap is made by one
        return begun;
    }
    if (const result<void> opened = sounding_.start(); !opened) {
        return opened;
    }
    // The last steps that may fail. A task that the first began is ended with it.
    if (const result<void> served = control_.start(methods_); !served) {
        return served;
    }
    if (const result<void> served = pages_.start(status_, page_); !served) {
        end_control();
        return served;
    }
    ask_for_realtime();
    clock_watch_.start();
    startup_.begin([this] { running(); });
    unrouted_.open();
    loop_.run();
    return {};
}

// The tasks need the loop to end.
void daemon::end_control() {
    reloads_.cancel();
    control_.stop([this] { loop_.stop(); });
    loop_.run();
}

void daemon::ask_for_realtime() {
    loop::sharpen_timers();
    if (settings().time.wants_realtime) {
        const bool is_realtime = loop::raise_to_realtime();
        status_.set_realtime(is_realtime, loop::lock_memory());
    }
}

void daemon::running() {
    log_.info(base::log_event::daemon_running, "The daemon is running.",
              {base::kv("name", settings().name), base::kv("metrics", metrics_address()),
               base::kv("inputs", instances_.inputs().size()),
               base::kv("outputs", instances_.outputs().size())});
    enter(phase::running);
    signals_->hold();
    notices_.ready();
}

void daemon::request_stop() {
    if (status_.current() == phase::stopping) {
        return;
    }
    log_.info(base::log_event::daemon_stopping, "Stopping.");
    enter(phase::stopping);
    notices_.stopping();
    startup_.cancel();
    restart_.cancel();
    shutdown_.begin();
}

void daemon::enter(phase now) {
    status_.enter(now);
    if (entered_) {
        entered_(now);
    }
}

} // namespace tactus::daemon

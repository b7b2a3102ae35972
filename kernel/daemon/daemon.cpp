// SPDX-License-Identifier: MIT
#include "kernel/daemon/daemon.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/osc_pattern.hpp"
#include "kernel/daemon/translate_settings.hpp"
#include "kernel/daemon/version.hpp"
#include "kernel/loop/realtime.hpp"
#include "kernel/loop/tcp.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace tactus::daemon {
namespace {

constexpr std::int64_t step_ns = 2'000'000;

daemon& owner(coro::timer& node) noexcept {
    return *static_cast<daemon*>(node.owner);
}

bool is_ignored(int signal) noexcept {
    struct sigaction now {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

} // namespace

result<std::unique_ptr<daemon>> daemon::make(config::loaded configuration, host::catalog& catalog) {
    const time::real_clock clock;
    result<flow::timed_queue> queue =
        flow::timed_queue::make(queue_limits(configuration.settings), clock.now_ns());
    if (!queue) {
        return unexpected<error>(queue.error());
    }
    std::unique_ptr<daemon> made(new daemon(std::move(configuration), catalog, std::move(*queue)));
    if (const result<void> built = made->build_flow(); !built) {
        return unexpected<error>(built.error());
    }
    made->add_supervisors();
    return made;
}

daemon::daemon(config::loaded configuration, host::catalog& catalog, flow::timed_queue queue)
    : configuration_(std::move(configuration)), catalog_(catalog),
      log_(log_settings(configuration_.settings)), loop_(clock_), timebase_(clock_),
      dispatcher_(std::move(queue), clock_), fan_out_(dispatcher_, clock_),
      ingress_(fan_out_, dispatcher_, timebase_, clock_),
      services_{loop_,
                timebase_,
                ingress_,
                fan_out_,
                dispatcher_,
                waiters_,
                log_,
                version,
                configuration_.settings.time.handover_ns,
                configuration_.settings.time.spin_budget,
                &calls_},
      due_turn_(dispatcher_, ingress_, fan_out_, waiters_, loop_, stall_watch_,
                configuration_.settings.time.spin_budget),
      loaded_unix_ns_(clock_.unix_ns()) {
    step_.owner = this;
    stall_watch_.owner = this;
    stall_watch_.fire = [](coro::timer& node) noexcept { owner(node).watch_stalls(); };
    due_turn_.set_report(&losses_);
    loop_.set_due_work(&due_turn_);
    ingress_.set_observer(this);
    fan_out_.set_observer(this);
}

daemon::~daemon() {
    loop_.set_due_work(nullptr);
    loop_.disarm(step_);
    loop_.disarm(stall_watch_);
}

result<void> daemon::build_flow() {
    for (const config::output_settings& output : settings().outputs) {
        const result<std::uint16_t> added =
            dispatcher_.add_output(output_settings(output, settings()));
        if (!added) {
            return unexpected<error>(added.error());
        }
        losses_.add_output(*added, output.name);
        dispatcher_.ports(*added).set_owner(fan_out_.names().intern(output.name));
    }
    for (const config::input_settings& input : settings().inputs) {
        const result<std::uint16_t> added =
            ingress_.add_input({input.rate_per_s, input.follows_sender, input.clock_lead_ns,
                                input.dispatches_patterns, input.pending, input.name});
        if (!added) {
            return unexpected<error>(added.error());
        }
        losses_.add_input(*added, input.name);
    }
    ingress_.configure(ingress_settings(settings()));
    fan_out_.configure(flow::router(routes(settings())), circle_settings(settings()));
    return {};
}

void daemon::add_supervisors() {
    std::uint16_t index = 0;
    for (const config::output_settings& output : settings().outputs) {
        host::supervisor_settings what =
            supervise(output, {output.name, host::role::output, index++});
        what.stall_limit_ns = output.stall_limit_ns;
        what.is_needed = config::is_output_needed(settings(), what.who.index);
        outputs_.push_back(std::make_unique<host::supervisor>(services_, std::move(what)));
    }
    index = 0;
    for (const config::input_settings& input : settings().inputs) {
        host::supervisor_settings what = supervise(input, {input.name, host::role::input, index++});
        what.is_needed = config::is_input_needed(settings(), what.who.index);
        inputs_.push_back(std::make_unique<host::supervisor>(services_, std::move(what)));
    }
}

host::supervisor_settings daemon::supervise(const config::instance_settings& from,
                                            host::instance_id who) const {
    const std::uint32_t kind =
        who.plays == host::role::input ? TACTUS_KIND_INPUT : TACTUS_KIND_OUTPUT;
    const result<host::found_plugin> found = catalog_.find(kind, from.type);
    TACTUS_ASSERT(found.has_value()); // the configuration was checked against this catalog
    host::supervisor_settings what;
    what.who = std::move(who);
    what.who.streams = {from.streams.connections_max, from.streams.buffer_max,
                        from.streams.idle_timeout_ns};
    what.entry = found->entry;
    what.descriptor = found->descriptor;
    what.config = from.options.view();
    what.restart_first_ns = from.restart_first_ns;
    what.restart_max_ns = from.restart_max_ns;
    return what;
}

result<void> daemon::run(watcher* observer) {
    watcher_ = observer;
    if (const result<void> watched = watch_calls(); !watched) {
        return watched;
    }
    // The last step that may fail: from here on a task runs, and must be waited for.
    if (const result<void> served = serve_metrics(); !served) {
        return served;
    }
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        if (number != SIGHUP || !is_ignored(SIGHUP)) { // nohup: the daemon must continue
            loop_.on_signal(number, [this] { request_stop(); });
        }
    }
    ask_for_realtime();
    start_outputs();
    loop_.run();
    return {};
}

// Its thread is an ordinary one, so it is started before the loop becomes real-time.
result<void> daemon::watch_calls() {
    result<std::unique_ptr<host::watchdog_timer>> watchdog =
        host::start_watchdog([this] { calls_.watchdog_fired(); });
    if (!watchdog) {
        return unexpected<error>(watchdog.error());
    }
    call_watchdog_ = std::move(*watchdog);
    calls_.set_watchdog(call_watchdog_.get());
    return {};
}

void daemon::ask_for_realtime() {
    loop::sharpen_timers();
    if (settings().time.wants_realtime) {
        is_realtime_ = loop::raise_to_realtime();
        is_memory_locked_ = loop::lock_memory();
    }
}

result<void> daemon::serve_metrics() {
    const config::metrics_settings& wanted = settings().metrics;
    if (!wanted.enabled) {
        return {};
    }
    if (const result<void> begun = loop_.begin_jobs(); !begun) { // they write scrapes
        return begun;
    }
    result<std::unique_ptr<coro::acceptor>> listening =
        loop::listen_tcp(loop_, host_and_port(wanted.listen));
    if (!listening) {
        return unexpected<error>(listening.error());
    }
    acceptor_ = std::move(*listening);
    pages_ = std::make_unique<metrics::pages>(loop_, static_cast<const metrics::observed&>(*this));
    http_ = std::make_unique<metrics::http_server>(
        loop_, *acceptor_, *pages_,
        metrics::host_policy(acceptor_->address(), wanted.allowed_hosts));
    http_->set_observer(this);
    served_ = std::make_unique<tactus::scope>(loop_.ready());
    served_->spawn("http", http_->run());
    return {};
}

std::string daemon::metrics_address() const {
    return acceptor_ != nullptr ? acceptor_->address() : std::string();
}

void daemon::start_outputs() {
    for (const std::unique_ptr<host::supervisor>& each : outputs_) {
        each->start();
    }
    step_deadline_ns_ = clock_.now_ns() + outputs_first_ns;
    await_outputs();
}

bool daemon::are_outputs_up() const {
    for (const std::unique_ptr<host::supervisor>& each : outputs_) {
        if (each->what().is_needed && !each->is_up()) {
            return false;
        }
    }
    return true;
}

// Starts inputs once the outputs are up, or after a short while in any case.
void daemon::await_outputs() {
    if (are_outputs_up() || clock_.now_ns() >= step_deadline_ns_) {
        start_inputs();
        return;
    }
    arm(step_ns, [](coro::timer& node) noexcept { owner(node).await_outputs(); });
}

void daemon::start_inputs() {
    for (const std::unique_ptr<host::supervisor>& each : inputs_) {
        each->start();
    }
    is_started_ = true;
    log_.info("The daemon is running.",
              {base::kv("name", settings().name), base::kv("metrics", metrics_address()),
               base::kv("inputs", std::to_string(inputs_.size())),
               base::kv("outputs", std::to_string(outputs_.size()))});
    if (watcher_ != nullptr) {
        watcher_->started();
    }
}

// If this check runs late, the process was stopped or the machine was busy: then no plugin thread
// ran either, and its call gets the whole limit from now.
void daemon::watch_stalls() {
    const std::int64_t now_ns = clock_.now_ns();
    if (now_ns - stall_watch_.due_ns > due_turn::stall_look_ns) {
        ran_since_ns_ = now_ns;
    }
    for (const std::unique_ptr<host::supervisor>& each : outputs_) {
        each->look_for_stall(now_ns, ran_since_ns_);
    }
    if (dispatcher_.in_flight() > 0) {
        loop_.arm(stall_watch_, now_ns + due_turn::stall_look_ns);
    }
}

bool daemon::has_quarantine() const noexcept {
    const auto hangs = [](const std::unique_ptr<host::supervisor>& each) {
        return each->has_quarantine();
    };
    return std::any_of(outputs_.begin(), outputs_.end(), hangs) ||
           std::any_of(inputs_.begin(), inputs_.end(), hangs);
}

void daemon::arm(std::int64_t in_ns, void (*fire)(coro::timer&) noexcept) {
    step_.fire = fire;
    loop_.arm(step_, clock_.now_ns() + in_ns);
}

} // namespace tactus::daemon

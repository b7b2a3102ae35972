// SPDX-License-Identifier: MIT
#include "kernel/host/instance.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/host/foreign_ring.hpp"
#include "kernel/host/interfaces.hpp"
#include "kernel/host/library.hpp"
#include "kernel/host/outcome_report.hpp"
#include "kernel/host/output_sinks.hpp"
#include "kernel/net/stream_set.hpp"
#include "kernel/net/udp_socket.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace tactus::host {
namespace {

const void* get_interface(const tactus_host*, const char* id) noexcept {
    return find_interface(id);
}

std::int64_t now_ns(const tactus_host* host) noexcept {
    return instance::of(host).services().reactor.clock().now_ns();
}

tactus_status cancel(const tactus_host* host, tactus_op* op) noexcept {
    instance& self = instance::of(host);
    return self.is_on_loop() ? self.pending().cancel(op) : TACTUS_E_WRONG_THREAD;
}

std::string text_of(tactus_str text) {
    return text.len == 0 ? std::string() : std::string(text.ptr, text.len);
}

void set_error(const tactus_host* host, tactus_status status, tactus_str key,
               tactus_str text) noexcept {
    if (instance::of(host).is_on_loop()) {
        instance::of(host).set_error(status, text_of(key), text_of(text));
    }
}

void stopped(const tactus_host* host, tactus_status status) noexcept {
    instance& self = instance::of(host);
    if (self.is_on_loop() && self.has_begun()) { // before that there is nothing to end
        self.said_stopped(status);
    }
}

void call_done(void* watch, tactus_op* op, tactus_status status, std::uint64_t result) noexcept {
    const blocked_calls::call timed(static_cast<blocked_calls*>(watch), "done");
    op->done(op, status, result);
}

} // namespace

instance::instance(const host_services& services, instance_id who,
                   std::function<void(tactus_status)> ended)
    : services_(services), who_(std::move(who)), ended_(std::move(ended)),
      loop_thread_(std::this_thread::get_id()), blocked_(services, who_.name),
      operations_(services.reactor, {&call_done, &blocked_}) {
    host_.struct_size = sizeof host_;
    host_.abi_minor = TACTUS_ABI_MINOR;
    host_.impl = this;
    host_.name = who_.name.c_str();
    host_.version = services_.version;
    host_.get_interface = &get_interface;
    host_.now_ns = &now_ns;
    host_.cancel = &cancel;
    host_.set_error = &tactus::host::set_error;
    host_.stopped = &stopped;
    streams_ = std::make_unique<net::stream_set>(net::stream_set::means{
        services_.reactor, who_.streams, [this] { return next_socket_id(); },
        [this](const char* what) { write_log(base::log_level::warning, what); }});
}

instance::~instance() {
    TACTUS_ASSERT(plugin_ == nullptr && is_quiet());
}

result<void> instance::create(const tactus_entry& entry, const tactus_descriptor& descriptor) {
    if (const std::string missing = missing_interfaces(descriptor); !missing.empty()) {
        return fail(error_kind::unsupported, std::string("The plugin ") + descriptor.id +
                                                 " needs what this daemon has not: " + missing +
                                                 ". Update tactus.");
    }
    error_ = {};
    {
        const blocked_calls::call timed(&blocked_, "create");
        plugin_ = entry.create(descriptor.id, &host_);
    }
    if (plugin_ == nullptr) {
        return explain(TACTUS_E_INTERNAL, "create");
    }
    if (!TACTUS_HAS(plugin_, tactus_plugin, get_interface) || plugin_->configure == nullptr ||
        plugin_->start == nullptr || plugin_->stop == nullptr || plugin_->destroy == nullptr ||
        plugin_->get_interface == nullptr) {
        plugin_ = nullptr; // there is no way to destroy it
        return fail(error_kind::unsupported, std::string("The plugin ") + descriptor.id +
                                                 " made an instance without all of its functions.");
    }
    return {};
}

result<void> instance::configure(const tactus_config& config) {
    error_ = {};
    const tactus_status status = [&] {
        const blocked_calls::call timed(&blocked_, "configure");
        return plugin_->configure(plugin_, &config);
    }();
    if (status < 0) {
        return explain(status, "configure");
    }
    if (who_.plays == role::output) {
        output_ = static_cast<const tactus_output_0*>(plugin_interface(TACTUS_OUTPUT_0));
        if (output_ == nullptr || !TACTUS_HAS(output_, tactus_output_0, send) ||
            output_->send == nullptr || output_->protocols == 0) {
            output_ = nullptr;
            return fail(error_kind::unsupported,
                        "The plugin is used as an output, but has no usable tactus.output/0.");
        }
    }
    return {};
}

result<void> instance::start() {
    if (output_ != nullptr) {
        if (result<void> attached = attach_output(); !attached) {
            return attached;
        }
    }
    {
        const std::lock_guard lock(post_mutex_);
        takes_posts_ = true;
    }
    operations_.open();
    has_begun_ = true;
    is_open_.store(true, std::memory_order_release);
    error_ = {};
    outcomes_ = outcome_report::make(*this);
    const tactus_status status = [&] {
        const blocked_calls::call timed(&blocked_, "start");
        return plugin_->start(plugin_);
    }();
    metrics_.freeze();
    if (status < 0) {
        return explain(status, "start");
    }
    return {};
}

result<void> instance::attach_output() {
    flow::output::connection to;
    to.protocols = output_->protocols;
    to.ahead_ns = output_->ahead_ns != nullptr ? output_->ahead_ns(plugin_) : 0;
    if (to.ahead_ns < 0 || to.ahead_ns > ahead_max_ns) {
        return fail(error_kind::invalid, "The plugin wants its events " +
                                             std::to_string(to.ahead_ns) +
                                             " ns ahead of due; it may ask for 0 to " +
                                             std::to_string(ahead_max_ns) + ".");
    }
    to.is_scheduling = to.ahead_ns > 0;
    to.takes_parts = (output_->flags & TACTUS_OUT_SYSEX_PARTS) != 0;
    if ((output_->flags & TACTUS_OUT_MAY_BLOCK) != 0) {
        worker* const sends = find_worker();
        if (sends == nullptr) {
            return fail(error_kind::limit, "The system gives no thread for the output.");
        }
        const std::int64_t lookahead_ns = asked_lookahead_ns();
        sends->set_ahead_ns(to.ahead_ns, lookahead_ns);
        ahead_ns_ = to.ahead_ns;
        to.ahead_ns += lookahead_ns + services_.handover_ns;
        to.is_deferred = true;
        sink_ = std::make_unique<worker_sink>(*sends, services_.reactor, services_.dispatcher,
                                              who_.index);
    } else {
        sink_ = std::make_unique<direct_sink>(*output_, plugin_, blocked_, services_.reactor,
                                              stall_, to.ahead_ns);
    }
    to.sink = sink_.get();
    services_.dispatcher.attach(who_.index, to);
    return {};
}

std::int64_t instance::asked_lookahead_ns() const noexcept {
    if (!TACTUS_HAS(output_, tactus_output_0, lookahead_ns) || output_->lookahead_ns == nullptr) {
        return 0;
    }
    return std::clamp(output_->lookahead_ns(plugin_), std::int64_t{0}, lookahead_max_ns);
}

// With its port, the output may have learnt its device's period length.
void instance::follow_lookahead() noexcept {
    if (sink_ == nullptr || worker_ == nullptr || (output_->flags & TACTUS_OUT_MAY_BLOCK) == 0) {
        return;
    }
    const std::int64_t lookahead_ns = asked_lookahead_ns();
    worker_->set_ahead_ns(ahead_ns_, lookahead_ns);
    services_.dispatcher.set_ahead(who_.index, ahead_ns_ + lookahead_ns + services_.handover_ns);
}

void instance::detach_output(flow::dropped reason) noexcept {
    if (sink_ != nullptr) {
        services_.dispatcher.detach(who_.index, reason);
        sink_.reset();
    }
}

// An output's ports are forgotten when it is detached.
void instance::forget_input_ports() noexcept {
    if (who_.plays == role::input) {
        services_.ingress.end_parts(who_.index);
        ports().clear();
    }
}

const base::connection_counts& instance::connections() const noexcept {
    return streams_->counts();
}

const void* instance::plugin_interface(const char* id) const noexcept {
    return plugin_ != nullptr ? plugin_->get_interface(plugin_, id) : nullptr;
}

std::int64_t instance::busy_since_ns() const noexcept {
    return worker_ != nullptr ? worker_->busy_since_ns() : 0;
}

bool instance::is_up() const noexcept {
    return ports().is_any_up();
}

std::string instance::offline_ports() const {
    constexpr std::size_t named_max = 8;
    std::size_t offline = 0;
    std::size_t all = 0;
    std::string names;
    ports().for_each_account([&](const flow::port_set::account& each) {
        ++all;
        if (!each.is_up && ++offline <= named_max) {
            names += (names.empty() ? "\"" : ", \"") + std::string(each.key) + "\"";
        }
    });
    if (offline == 0) {
        return {};
    }
    names += offline > named_max ? " and " + std::to_string(offline - named_max) + " more" : "";
    return all == 1
               ? "Its port " + names + " is offline."
               : std::to_string(offline) + " of its " + std::to_string(all) +
                     (offline == 1 ? " ports is offline: " : " ports are offline: ") + names + ".";
}

worker* instance::find_worker() {
    if (worker_ == nullptr) {
        try {
            const bool is_precise =
                output_ != nullptr && services_.dispatcher.at(who_.index).settings.is_precise;
            worker_ = std::make_unique<worker>(
                services_.reactor, who_.name,
                worker::destination{output_, plugin_, is_precise ? services_.spin_budget : 0});
        } catch (const std::system_error&) {
            return nullptr;
        }
    }
    return worker_.get();
}

worker& instance::own_worker() {
    worker* const own = find_worker();
    TACTUS_ASSERT(own != nullptr);
    return *own;
}

flow::port_set& instance::ports() noexcept {
    return who_.plays == role::output ? services_.dispatcher.ports(who_.index)
                                      : services_.ingress.ports(who_.index);
}

const flow::port_set& instance::ports() const noexcept {
    return who_.plays == role::output ? services_.dispatcher.at(who_.index).ports
                                      : services_.ingress.at(who_.index).from.ports;
}

void instance::ports_changed() noexcept {
    if (who_.plays == role::output) {
        services_.dispatcher.ports_changed(who_.index);
        follow_lookahead();
    }
}

std::uint32_t instance::name_handle(std::string_view name) {
    flow::name_table& names = services_.fan_out.names();
    const std::uint32_t known = names.find(name);
    if (known != 0 || (new_names_ == names_max && !services_.dispatcher.has_port(name))) {
        return known;
    }
    new_names_ += new_names_ < names_max ? 1 : 0;
    return names.intern(name);
}

void instance::set_error(tactus_status status, std::string key, std::string text) {
    error_ = {status, std::move(key), std::move(text)};
}

unexpected<error> instance::explain(tactus_status status, const char* what) {
    if (error_.text.empty()) {
        error_ = {status,
                  {},
                  std::string("The plugin failed in ") + what + " (status " +
                      std::to_string(status) + ") and gave no reason."};
    }
    return fail(error_kind::invalid, error_.text);
}

} // namespace tactus::host

// SPDX-License-Identifier: MIT
#include "kernel/host/instance.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/host/foreign_ring.hpp"
#include "kernel/host/interfaces.hpp"
#include "kernel/host/library.hpp"
#include "kernel/host/output_sinks.hpp"
#include "kernel/host/udp_socket.hpp"

#include <utility>

namespace tactus::host {
namespace {

const void* get_interface(const tactus_host*, const char* id) noexcept {
    return find_interface(id);
}

std::int64_t now_ns(const tactus_host* host) noexcept {
    return instance::of(host).around().reactor.clock().now_ns();
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
    if (instance::of(host).is_on_loop()) {
        instance::of(host).said_stopped(status);
    }
}

struct posted_call {
    void (*fn)(void*) noexcept;
    void* arg;
    std::atomic<std::uint32_t>& count;
};

} // namespace

instance::instance(const surroundings& around, identity who,
                   std::function<void(tactus_status)> ended)
    : around_(around), who_(std::move(who)), ended_(std::move(ended)),
      loop_thread_(std::this_thread::get_id()), operations_(around.reactor) {
    host_.struct_size = sizeof host_;
    host_.abi_minor = TACTUS_ABI_MINOR;
    host_.impl = this;
    host_.name = who_.name.c_str();
    host_.version = around_.version;
    host_.get_interface = &get_interface;
    host_.now_ns = &now_ns;
    host_.cancel = &cancel;
    host_.set_error = &tactus::host::set_error;
    host_.stopped = &stopped;
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
    plugin_ = entry.create(descriptor.id, &host_);
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
    const tactus_status status = plugin_->configure(plugin_, &config);
    if (status < 0) {
        return explain(status, "configure");
    }
    if (who_.plays == role::output) {
        output_ = static_cast<const tactus_output_0*>(plugin_interface(TACTUS_OUTPUT_0));
        if (output_ == nullptr || output_->send == nullptr || output_->protocols == 0) {
            return fail(error_kind::unsupported,
                        "The plugin is used as an output, but has no tactus.output/0.");
        }
    }
    return {};
}

result<void> instance::start() {
    if (output_ != nullptr) {
        attach_output();
    }
    const tactus_status status = plugin_->start(plugin_);
    metrics_.freeze();
    if (status < 0) {
        return explain(status, "start");
    }
    return {};
}

void instance::attach_output() {
    flow::output::connection to;
    to.protocols = output_->protocols;
    to.ahead_ns = output_->ahead_ns != nullptr ? output_->ahead_ns(plugin_) : 0;
    if ((output_->flags & TACTUS_OUT_MAY_BLOCK) != 0) {
        to.ahead_ns += around_.handover_ns;
        to.is_deferred = true;
        sink_ = std::make_unique<worker_sink>(own_worker(), around_.reactor, around_.dispatcher,
                                              who_.index);
    } else {
        sink_ = std::make_unique<direct_sink>(*output_, plugin_);
    }
    to.sink = sink_.get();
    around_.dispatcher.attach(who_.index, to);
}

void instance::detach_output(flow::dropped reason) noexcept {
    if (sink_ != nullptr) {
        around_.dispatcher.detach(who_.index, reason);
        sink_.reset();
    }
}

void instance::stop() noexcept {
    plugin_->stop(plugin_);
}

// After stopped(): nothing new comes in; what is under way comes to its end.
void instance::said_stopped(tactus_status status) noexcept {
    if (has_stopped_) {
        return;
    }
    has_stopped_ = true;
    stopped_status_ = status;
    {
        const std::lock_guard lock(post_mutex_);
        takes_posts_ = false;
    }
    sockets_.clear();
    operations_.cancel_all();
    if (worker_ != nullptr) {
        worker_->request_stop();
    }
    stopped_.owner = this;
    stopped_.run = [](coro::deferred& node) noexcept {
        auto& self = *static_cast<instance*>(node.owner);
        if (self.ended_) {
            self.ended_(self.stopped_status_);
        }
    };
    around_.reactor.defer(stopped_);
}

bool instance::is_quiet() const noexcept {
    return operations_.pending() == 0 && posts_.load(std::memory_order_relaxed) == 0 &&
           (worker_ == nullptr || worker_->has_ended());
}

void instance::destroy() noexcept {
    detach_output(flow::dropped::output_down);
    if (worker_ != nullptr) {
        worker_->join();
    }
    if (plugin_ != nullptr) {
        tactus_plugin* gone = std::exchange(plugin_, nullptr);
        gone->destroy(gone);
    }
}

void instance::quarantine(flow::dropped reason) noexcept {
    ended_ = nullptr;
    detach_output(reason);
    if (worker_ != nullptr) {
        worker_->abandon();
    }
    sockets_.clear();
    operations_.cancel_all();
}

const void* instance::plugin_interface(const char* id) const noexcept {
    return plugin_ != nullptr ? plugin_->get_interface(plugin_, id) : nullptr;
}

std::int64_t instance::busy_since_ns() const noexcept {
    return worker_ != nullptr ? worker_->busy_since_ns() : 0;
}

bool instance::is_up() const noexcept {
    return who_.plays == role::output ? around_.dispatcher.at(who_.index).ports.is_any_up()
                                      : input_ports_.is_any_up();
}

worker& instance::own_worker() {
    if (worker_ == nullptr) {
        worker_ = std::make_unique<worker>(around_.reactor, who_.name, output_, plugin_);
    }
    return *worker_;
}

flow::port_set& instance::ports() noexcept {
    return who_.plays == role::output ? around_.dispatcher.ports(who_.index) : input_ports_;
}

void instance::ports_changed() noexcept {
    if (who_.plays == role::output) {
        around_.dispatcher.ports_changed(who_.index);
    }
}

void instance::set_error(tactus_status status, std::string key, std::string text) {
    error_ = {status, std::move(key), std::move(text)};
}

tactus_status instance::post(void (*fn)(void*) noexcept, void* arg, std::uint32_t limit) {
    {
        const std::lock_guard lock(post_mutex_);
        if (!takes_posts_) {
            return TACTUS_E_CLOSED;
        }
        if (posts_.load(std::memory_order_relaxed) >= limit) {
            return TACTUS_E_AGAIN;
        }
        posts_.fetch_add(1, std::memory_order_relaxed);
    }
    around_.reactor.post(
        [](void* posted) noexcept {
            const std::unique_ptr<posted_call> call(static_cast<posted_call*>(posted));
            call->fn(call->arg);
            call->count.fetch_sub(1, std::memory_order_relaxed);
        },
        new posted_call{fn, arg, posts_});
    return TACTUS_OK;
}

void instance::write_log(base::log_level level, std::string_view text) noexcept {
    const std::lock_guard lock(log_mutex_);
    if (around_.log.allows(log_limit_, around_.reactor.clock().now_ns())) {
        around_.log.write(level, text, {base::kv("instance", who_.name)});
    }
}

foreign_ring& instance::foreign() {
    std::call_once(foreign_once_,
                   [this] { foreign_ = std::make_unique<foreign_ring>(around_, who_.index); });
    return *foreign_;
}

unexpected<error> instance::explain(tactus_status status, const char* what) {
    if (error_.text.empty()) {
        error_ = {status,
                  {},
                  std::string("The plugin failed in ") + what + " (status " +
                      std::to_string(status) + ") and did not say why."};
    }
    return fail(error_kind::invalid, error_.text);
}

} // namespace tactus::host

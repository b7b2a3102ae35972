// SPDX-License-Identifier: MIT
#include "kernel/host/instance.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/host/api/interfaces.hpp"
#include "kernel/host/api/plugin_text.hpp"
#include "kernel/host/api/whole_table.hpp"
#include "kernel/host/loading/library.hpp"
#include "kernel/host/outcome_report.hpp"
#include "kernel/host/watchdog/thread_call.hpp"

#include <tactus/cpp/utf8.hpp>

#include <utility>

namespace tactus::host {
namespace {

const void* get_interface(const tactus_host*, const char* id) noexcept {
    return find_interface(id);
}

std::int64_t now_ns(const tactus_host* host) noexcept {
    return resources_of(host).services().reactor.clock().now_ns();
}

tactus_status cancel(const tactus_host* host, tactus_op* op) noexcept {
    instance_resources& self = resources_of(host);
    return self.is_on_loop() ? self.pending().cancel(op) : TACTUS_E_WRONG_THREAD;
}

tactus_status set_error(const tactus_host* host, tactus_status status, tactus_str key,
                        tactus_str text) noexcept {
    if (status >= 0 || !is_text(key) || !is_text(text)) {
        return TACTUS_E_INVALID;
    }
    if (present_reason != nullptr) {
        *present_reason = cut_between_characters(view_of(text), TACTUS_REASON_SIZE_MAX);
    }
    plugin_error said{status, std::string(view_of(key)), std::string(view_of(text))};
    if (!resources_of(host).is_on_loop()) {
        return instance::of(host).reports().set_error(std::move(said));
    }
    resources_of(host).set_error(status, std::move(said.key), std::move(said.text));
    return TACTUS_OK;
}

tactus_status stopped(const tactus_host* host, tactus_status status) noexcept {
    instance& self = instance::of(host);
    if (!self.resources().is_on_loop()) {
        return self.reports().stopped(status);
    }
    if (!self.has_begun() || self.has_stopped()) { // before that there is nothing to end
        return TACTUS_E_CLOSED;
    }
    self.said_stopped(status);
    return TACTUS_OK;
}

} // namespace

instance::instance(const host_services& services, instance_id who,
                   std::function<void(tactus_status)> ended)
    : resources_(services, std::move(who)),
      reports_(
          resources_.posts(),
          [](void* self) noexcept { static_cast<instance*>(self)->take_reports(); }, this),
      ended_(std::move(ended)) {
    host_.struct_size = sizeof host_;
    host_.abi_minor = TACTUS_ABI_MINOR;
    host_.impl = this;
    host_.name = resources_.who().name.c_str();
    host_.version = services.version;
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
        return fail(error_kind::unsupported,
                    std::string("The plugin ") + descriptor.id +
                        " needs an interface that this daemon does not have: " + missing +
                        ". Update tactus.");
    }
    resources_.clear_error();
    {
        const blocked_calls::call timed(&resources_.watch(), "create");
        plugin_ = call_plugin(entry.create, descriptor.id, &host_);
    }
    if (plugin_ == nullptr) {
        return explain(TACTUS_E_INTERNAL, "create");
    }
    if (!is_whole(*plugin_) || plugin_->configure == nullptr || plugin_->start == nullptr ||
        plugin_->stop == nullptr || plugin_->destroy == nullptr ||
        plugin_->get_interface == nullptr) {
        plugin_ = nullptr; // there is no way to destroy it
        return fail(error_kind::unsupported, std::string("The plugin ") + descriptor.id +
                                                 " made an instance without all of its functions.");
    }
    return {};
}

result<void> instance::configure(const tactus_config& config) {
    resources_.clear_error();
    const tactus_status status = [&] {
        const blocked_calls::call timed(&resources_.watch(), "configure");
        return call_plugin(plugin_->configure, plugin_, &config);
    }();
    if (status != TACTUS_OK) {
        return explain(status, "configure");
    }
    if (resources_.who().plays == role::output) {
        output_ = static_cast<const tactus_output_0*>(plugin_interface(TACTUS_OUTPUT_0));
        if (output_ == nullptr || !is_whole(*output_) || output_->send == nullptr ||
            output_->protocols == 0) {
            output_ = nullptr;
            return fail(error_kind::unsupported,
                        "The plugin is used as an output, but has no usable tactus.output/0.");
        }
    }
    return {};
}

result<void> instance::start() {
    if (output_ != nullptr) {
        if (result<void> attached = resources_.attach(*output_, plugin_, stall_); !attached) {
            return attached;
        }
    }
    has_begun_ = true;
    resources_.open();
    resources_.clear_error();
    result<std::unique_ptr<outcome_report>> reported = outcome_report::make(resources_, plugin_);
    if (!reported) {
        return unexpected<error>(reported.error());
    }
    outcomes_ = std::move(*reported);
    const tactus_status status = [&] {
        const blocked_calls::call timed(&resources_.watch(), "start");
        return call_plugin(plugin_->start, plugin_);
    }();
    resources_.metrics().freeze();
    if (status != TACTUS_OK) {
        return explain(status, "start");
    }
    return {};
}

void instance::stop() noexcept {
    const blocked_calls::call timed(&resources_.watch(), "stop");
    was_asked_to_stop_ = true;
    resources_.endpoints().stop();
    call_plugin(plugin_->stop, plugin_);
}

// After stopped(): nothing new is accepted; work in progress is completed.
void instance::said_stopped(tactus_status status) noexcept {
    if (has_stopped_) {
        return;
    }
    has_stopped_ = true;
    stopped_status_ = status;
    close();
    resources_.worker().request_stop();
    if (ended_ == nullptr) { // cut off: no supervisor waits for it
        return;
    }
    stopped_.owner = this;
    stopped_.run = [](coro::deferred& node) noexcept {
        auto& self = *static_cast<instance*>(node.owner);
        const auto ended = std::move(self.ended_); // it may destroy this instance
        if (ended) {
            ended(self.stopped_status_);
        }
    };
    resources_.services().reactor.defer(stopped_);
}

void instance::take_reports() noexcept {
    foreign_reports::taken said = reports_.take();
    if (said.error) {
        resources_.set_error(said.error->status, std::move(said.error->key),
                             std::move(said.error->text));
    }
    if (said.stopped) {
        said_stopped(*said.stopped);
    }
}

void instance::close() noexcept {
    if (outcomes_ != nullptr) {
        outcomes_->close();
    }
    resources_.close();
}

void instance::destroy() noexcept {
    resources_.release();
    outcomes_.reset();
    if (plugin_ != nullptr) {
        tactus_plugin* gone = std::exchange(plugin_, nullptr);
        const blocked_calls::call timed(&resources_.watch(), "destroy");
        call_plugin(gone->destroy, gone);
    }
}

void instance::quarantine(flow::dropped reason) noexcept {
    ended_ = nullptr;
    if (outcomes_ != nullptr) {
        outcomes_->close();
    }
    resources_.cut_off(reason);
    if (!has_stopped_) {
        resources_.pending().close_but_last(); // its end may need work
    }
}

bool instance::wind_down() noexcept {
    if (hangs()) {
        return false;
    }
    if (!std::exchange(has_returned_, true)) {
        return false; // calls its thread posted last have run by the next call
    }
    if (!has_come_back_) {
        has_come_back_ = resources_.worker().come_back();
        // The work that hung: its thread reported nothing.
        resources_.pending().end_all(TACTUS_E_CANCELED);
    }
    if (!has_stopped_ && !was_asked_to_stop_) {
        stop();
    }
    return has_stopped_ && is_quiet();
}

const void* instance::plugin_interface(const char* id) const noexcept {
    if (plugin_ == nullptr) {
        return nullptr;
    }
    const thread_call here(resources_.who().shown().c_str(), "get_interface");
    return call_plugin(plugin_->get_interface, plugin_, id);
}

unexpected<error> instance::explain(tactus_status status, const char* what) {
    if (last_error().text.empty()) {
        const std::string call = std::string("The plugin failed in ") + what + " (status " +
                                 std::to_string(status) + ")";
        resources_.set_error(
            status > 0 ? TACTUS_E_INTERNAL : status, {},
            call + (status > 0 ? ": this call has no status above 0." : " and gave no reason."));
    }
    return fail(error_kind::invalid, last_error().text);
}

} // namespace tactus::host

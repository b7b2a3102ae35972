// SPDX-License-Identifier: MIT
#include "kernel/host/instance_resources.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/host/foreign/foreign_events.hpp"
#include "kernel/host/output_connection.hpp"

namespace tactus::host {
namespace {

void call_done(void* watch, tactus_op* op, tactus_status status, std::uint64_t result) noexcept {
    const blocked_calls::call timed(static_cast<blocked_calls*>(watch), "done");
    call_plugin(op->done, op, status, result);
}

} // namespace

instance_resources::instance_resources(const host_services& services, instance_id who)
    : services_(services), who_(std::move(who)), loop_thread_(std::this_thread::get_id()),
      watch_(services_, who_.shown()), pending_(services_.reactor, {&call_done, &watch_}),
      posts_(services_.reactor, watch_), log_(services_.log, services_.reactor.clock(), who_),
      endpoints_(services_, who_), worker_(services_.reactor, who_.name),
      work_(services_, who_, worker_), ports_(services_, who_),
      sockets_(services_.reactor, who_.streams,
               [this](const char* why) { endpoints_.refused(why, base::refused::limit); }),
      foreign_(std::make_unique<foreign_events>(services_, who_.index, posts_)) {}

instance_resources::~instance_resources() {
    TACTUS_ASSERT(is_quiet());
}

void instance_resources::open() noexcept {
    posts_.open();
    pending_.open();
    is_open_.store(true, std::memory_order_release);
}

void instance_resources::close() noexcept {
    is_open_.store(false, std::memory_order_release);
    posts_.close();
    if (output_ != nullptr) {
        output_->close();
    }
    pending_.close();
    sockets_.close_all();
    pending_.cancel_all();
}

bool instance_resources::is_quiet() const noexcept {
    return pending_.pending() == 0 && posts_.is_empty() && worker_.has_ended();
}

void instance_resources::release() noexcept {
    if (output_ != nullptr) {
        output_->detach(flow::dropped::output_down);
    }
    worker_.join();
    foreign_->drain_all();
    end_input();
}

void instance_resources::cut_off(flow::dropped reason) noexcept {
    if (output_ != nullptr) {
        output_->detach(reason);
    }
    close();
    worker_.abandon();
    work_.end();
    foreign_->drain_all();
    end_input();
}

// It has emitted all that it ever will.
void instance_resources::end_input() noexcept {
    ports_.forget_input();
    if (who_.plays == role::input) {
        services_.ingress.instance_ended(who_.index);
    }
}

result<void> instance_resources::attach(const tactus_output_0& output, tactus_plugin* plugin,
                                        const stall_callback& stall) {
    output_ = std::make_unique<output_connection>(
        services_, who_, output_connection::end{output, plugin, watch_, worker_, posts_}, stall);
    return output_->attach();
}

void instance_resources::ports_changed() noexcept {
    services_.state_changed();
    if (output_ != nullptr) {
        output_->ports_changed();
    }
}

} // namespace tactus::host

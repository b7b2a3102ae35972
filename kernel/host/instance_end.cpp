// SPDX-License-Identifier: MIT
// How an instance ends: by itself, because it is asked to, or cut off.
#include "kernel/host/foreign_ring.hpp"
#include "kernel/host/instance.hpp"
#include "kernel/host/outcome_report.hpp"
#include "kernel/host/output_sinks.hpp"
#include "kernel/net/stream_set.hpp"
#include "kernel/net/udp_socket.hpp"

#include <mutex>
#include <utility>

namespace tactus::host {

void instance::stop() noexcept {
    const blocked_calls::call timed(&blocked_, "stop");
    was_asked_to_stop_ = true;
    plugin_->stop(plugin_);
}

// After stopped(): nothing new is accepted; work in progress is completed.
void instance::said_stopped(tactus_status status) noexcept {
    if (has_stopped_) {
        return;
    }
    has_stopped_ = true;
    stopped_status_ = status;
    close();
    if (worker_ != nullptr) {
        worker_->request_stop();
    }
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
    services_.reactor.defer(stopped_);
}

// Nothing enters or leaves any more; the sink refuses events until it can be removed.
void instance::close() noexcept {
    is_open_.store(false, std::memory_order_release);
    {
        const std::lock_guard lock(post_mutex_);
        takes_posts_ = false;
    }
    if (sink_ != nullptr) {
        sink_->close();
    }
    if (outcomes_ != nullptr) {
        outcomes_->close();
    }
    operations_.close();
    sockets_.clear();
    streams_->close_all();
    operations_.cancel_all();
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
    while (foreign_ != nullptr && foreign_->drain()) { // its thread is joined, so this ends
    }
    forget_input_ports();
    outcomes_.reset();
    if (plugin_ != nullptr) {
        tactus_plugin* gone = std::exchange(plugin_, nullptr);
        const blocked_calls::call timed(&blocked_, "destroy");
        gone->destroy(gone);
    }
}

void instance::quarantine(flow::dropped reason) noexcept {
    ended_ = nullptr;
    detach_output(reason);
    close();
    forget_input_ports();
    if (worker_ != nullptr) {
        left_behind_ = worker_->abandon();
        worker_.reset(); // its rings are freed with the thread
    }
    while (foreign_ != nullptr && foreign_->drain()) { // it is closed: little can arrive any more
    }
}

bool instance::wind_down() noexcept {
    if (hangs()) {
        return false;
    }
    if (!std::exchange(has_come_back_, true)) {
        return false; // calls its thread posted last have run by the next call
    }
    operations_.end_all(TACTUS_E_CANCELED); // the work that hung: its thread reported nothing
    if (!has_stopped_ && !was_asked_to_stop_) {
        stop();
    }
    return has_stopped_ && is_quiet();
}

} // namespace tactus::host

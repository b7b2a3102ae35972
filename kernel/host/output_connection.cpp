// SPDX-License-Identifier: MIT
#include "kernel/host/output_connection.hpp"

#include <algorithm>
#include <string>

namespace tactus::host {

result<void> output_connection::attach() {
    const tactus_output_0& output = to_.output;
    flow::output::connection to;
    to.protocols = output.protocols;
    to.ahead_ns = asked_ahead_ns();
    if (to.ahead_ns < 0 || to.ahead_ns > ahead_max_ns) {
        return fail(error_kind::invalid, "The plugin wants its events " +
                                             std::to_string(to.ahead_ns) +
                                             " ns ahead of due; it may ask for 0 to " +
                                             std::to_string(ahead_max_ns) + ".");
    }
    to.is_scheduling = to.ahead_ns > 0;
    to.takes_parts = (output.flags & TACTUS_OUT_SYSEX_PARTS) != 0;
    ahead_ns_ = to.ahead_ns;
    const bool is_precise = services_.dispatcher.outputs().at(index_).settings.is_precise;
    to_.thread.set_destination({&output, to_.plugin, is_precise ? services_.spin_budget : 0});
    if (may_block()) {
        worker* const sends = to_.thread.find();
        if (sends == nullptr) {
            return fail(error_kind::limit, "The system did not provide a thread for the output.");
        }
        to.ahead_ns = follow_lookahead(*sends);
        to.is_deferred = true;
        sink_ = std::make_unique<worker_sink>(*sends, services_.reactor, services_.dispatcher,
                                              index_, failed_);
    } else {
        sink_ = std::make_unique<direct_sink>(output, to_.plugin, to_.watch, services_.reactor,
                                              stall_, to.ahead_ns, failed_);
    }
    to.sink = sink_.get();
    services_.dispatcher.connections().attach(index_, to);
    return {};
}

void output_connection::close() noexcept {
    if (sink_ != nullptr) {
        sink_->close();
    }
}

void output_connection::detach(flow::dropped reason) noexcept {
    if (sink_ != nullptr) {
        services_.dispatcher.connections().detach(index_, reason);
        sink_.reset();
    }
}

std::int64_t output_connection::asked_lookahead_ns() const noexcept {
    if (to_.output.lookahead_ns == nullptr) {
        return 0;
    }
    const blocked_calls::under_way here(to_.watch, "lookahead_ns");
    return std::clamp(call_plugin(to_.output.lookahead_ns, to_.plugin), std::int64_t{0},
                      lookahead_max_ns);
}

std::int64_t output_connection::asked_ahead_ns() const noexcept {
    if (to_.output.ahead_ns == nullptr) {
        return 0;
    }
    const blocked_calls::under_way here(to_.watch, "ahead_ns");
    return call_plugin(to_.output.ahead_ns, to_.plugin);
}

std::int64_t output_connection::follow_lookahead(worker& sends) noexcept {
    const std::int64_t lookahead_ns = asked_lookahead_ns();
    sends.set_ahead_ns(ahead_ns_, lookahead_ns);
    return ahead_ns_ + lookahead_ns + services_.handover_ns;
}

// With its port, the output may have learnt its device's period length.
void output_connection::ports_changed() noexcept {
    services_.dispatcher.connections().ports_changed(index_);
    if (sink_ != nullptr && may_block()) {
        services_.dispatcher.connections().set_ahead(index_, follow_lookahead(to_.thread.get()));
    }
}

void output_connection::writable(bool is_on_loop) noexcept {
    if (may_block()) { // its worker is there from attach until close has returned
        to_.posts.if_open([this] { to_.thread.get().writable(); });
    }
    if (is_on_loop) {
        services_.dispatcher.connections().writable(index_);
    } else if (!is_writable_posted_.exchange(true, std::memory_order_acq_rel)) {
        (void)to_.posts.post(
            [](void* arg) noexcept {
                auto& self = *static_cast<output_connection*>(arg);
                self.is_writable_posted_.store(false, std::memory_order_release);
                if (self.sink_ != nullptr && !self.sink_->is_closed()) {
                    self.services_.dispatcher.connections().writable(self.index_);
                }
            },
            this);
    }
}

} // namespace tactus::host

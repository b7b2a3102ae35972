// SPDX-License-Identifier: MIT
// The two paths from the dispatcher to an output plugin: a plain call on the loop, or through its
// worker.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/sink.hpp"
#include "kernel/host/watchdog/blocked_calls.hpp"
#include "kernel/host/watchdog/stall_callback.hpp"
#include "kernel/host/worker/failed_events.hpp"
#include "kernel/host/worker/worker.hpp"

#include <tactus/iface/output.h>

#include <algorithm>
#include <cstdint>

namespace tactus::host {

// Once closed it refuses all events: the plugin sends no more, but may still be running.
class output_sink : public flow::sink {
public:
    void close() noexcept { is_closed_ = true; }
    [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
    void flush(flow::keep kept) noexcept final {
        if (!is_closed_) {
            flush_open(kept);
        }
    }
    flow::hand_off send(const tactus_batch& batch) noexcept final {
        return is_closed_ ? flow::hand_off{TACTUS_E_CLOSED, 0} : send_open(batch);
    }
    flow::hand_off accept(const tactus_batch& batch, const flow::receipt* receipts) noexcept final {
        return is_closed_ ? flow::hand_off{TACTUS_E_CLOSED, 0} : accept_open(batch, receipts);
    }

private:
    // One of the two is called, depending on is_deferred of the connection.
    virtual flow::hand_off send_open(const tactus_batch& /*batch*/) noexcept {
        return {TACTUS_E_UNSUPPORTED, 0};
    }
    virtual flow::hand_off accept_open(const tactus_batch& /*batch*/,
                                       const flow::receipt* /*receipts*/) noexcept {
        return {TACTUS_E_UNSUPPORTED, 0};
    }
    virtual void flush_open(flow::keep kept) noexcept = 0;

    bool is_closed_ = false;
};

class direct_sink final : public output_sink {
public:
    direct_sink(const tactus_output_0& output, tactus_plugin* plugin, blocked_calls& watch,
                coro::reactor& reactor, const stall_callback& stall, std::int64_t ahead_ns,
                failed_events& failed)
        : output_(output), plugin_(plugin), watch_(watch), reactor_(reactor), stall_(stall),
          ahead_ns_(ahead_ns), failed_(failed) {
        full_.owner = this;
        full_.fire = [](coro::timer& node) noexcept {
            static_cast<direct_sink*>(node.owner)->was_full();
        };
    }
    ~direct_sink() override { reactor_.disarm(full_); }

    [[nodiscard]] std::string_view failure() const noexcept override { return reason_; }
    void was_slow(std::int64_t took_ns) noexcept override { watch_.took("send", took_ns); }

    flow::name_answer want_port(std::string_view name) noexcept override {
        if (is_closed() || output_.want_port == nullptr) {
            return flow::name_answer::unknown;
        }
        const blocked_calls::call timed(&watch_, "want_port");
        switch (call_plugin(output_.want_port, plugin_, tactus_str{name.data(), name.size()})) {
        case TACTUS_OK:
            return flow::name_answer::found; // the ports decide whether it is
        case TACTUS_E_DENIED:
            return flow::name_answer::not_allowed;
        default:
            return flow::name_answer::unknown;
        }
    }

private:
    flow::hand_off send_open(const tactus_batch& batch) noexcept override {
        const blocked_calls::under_way here(watch_, "send");
        flow::hand_off answer;
        {
            const takes_reason given(reason_);
            answer.status = call_plugin(output_.send, plugin_, &batch, &answer.accepted);
        }
        if (answer.status > TACTUS_OK) {
            answer.status = TACTUS_E_INTERNAL;
        }
        if (answer.status != TACTUS_OK && answer.status != TACTUS_E_AGAIN) {
            failed_.tell(reason_);
        }
        follow(batch, answer);
        return answer;
    }
    // A full output must take something within the limit, counted from when it last took something
    // or all it had refused was removed otherwise: too late, or cancelled.
    void follow(const tactus_batch& batch, const flow::hand_off& answer) noexcept {
        if (answer.status != TACTUS_E_AGAIN) {
            if (full_.is_armed()) {
                reactor_.disarm(full_);
            }
            return;
        }
        const std::int64_t now_ns = reactor_.clock().now_ns();
        const bool begins = answer.accepted > 0 || !full_.is_armed() || !has_refused_any(batch);
        refused_ns_ = now_ns;
        if (begins && stall_.limit_ns > 0) {
            reactor_.arm(full_, now_ns + stall_.limit_ns);
        }
    }
    // If this runs late, the process was stopped or the machine was busy: the output could not
    // report that it has room again. Therefore it gets the whole limit from now.
    void was_full() {
        constexpr std::int64_t late_ns = 100'000'000;
        const std::int64_t now_ns = reactor_.clock().now_ns();
        if (now_ns - full_.due_ns > late_ns) {
            reactor_.arm(full_, now_ns + stall_.limit_ns);
        } else {
            stall_.takes_nothing(refused_ns_);
        }
    }
    // Whether any of the events offered now was already due at the last refusal.
    [[nodiscard]] bool has_refused_any(const tactus_batch& batch) const noexcept {
        const auto* next = reinterpret_cast<const std::uint8_t*>(batch.events);
        for (std::uint32_t i = 0; i < batch.count; ++i, next += batch.event_stride) {
            const auto& event = *reinterpret_cast<const tactus_event*>(next);
            if (std::max(event.due_ns - ahead_ns_, event.received_ns) <= refused_ns_) {
                return true;
            }
        }
        return false;
    }
    void flush_open(flow::keep) noexcept override {
        if (output_.flush != nullptr) {
            const blocked_calls::call timed(&watch_, "flush");
            call_plugin(output_.flush, plugin_, 0U);
        }
    }

    const tactus_output_0& output_;
    tactus_plugin* plugin_;
    blocked_calls& watch_;
    coro::reactor& reactor_;
    const stall_callback& stall_;
    const std::int64_t ahead_ns_;
    failed_events& failed_;
    std::string reason_;          // of the last failed send
    coro::timer full_;            // armed while it returns TACTUS_E_AGAIN
    std::int64_t refused_ns_ = 0; // when it last did
};

class worker_sink final : public output_sink {
public:
    // How long to wait before a worker without room is tried again: if its plugin has none either,
    // and otherwise.
    static constexpr std::int64_t full_retry_ns = 2'000'000;
    static constexpr std::int64_t retry_ns = 500'000;

    worker_sink(worker& worker, coro::reactor& reactor, flow::dispatcher& dispatcher,
                std::uint16_t output, failed_events& failed)
        : worker_(worker), reactor_(reactor), dispatcher_(dispatcher), output_(output),
          failed_(failed) {
        retry_.owner = this;
        retry_.fire = [](coro::timer& node) noexcept {
            auto& self = *static_cast<worker_sink*>(node.owner);
            self.dispatcher_.connections().writable(self.output_);
        };
    }
    ~worker_sink() override { reactor_.disarm(retry_); }

    [[nodiscard]] bool next_completion(flow::completion& into) noexcept override {
        if (!worker_.next_completion(into)) {
            return false;
        }
        if (into.how == flow::finish::failed || into.how == flow::finish::refused) {
            reason_ = worker_.take_reason(into.receipt);
            failed_.tell(reason_);
        }
        return true;
    }
    [[nodiscard]] std::string_view failure() const noexcept override { return reason_; }
    [[nodiscard]] bool has_ended() const noexcept override { return worker_.has_ended(); }
    [[nodiscard]] const base::histogram* lateness() const noexcept override {
        return &worker_.lateness();
    }
    [[nodiscard]] const base::histogram* send_duration() const noexcept override {
        return &worker_.send_duration();
    }

private:
    flow::hand_off accept_open(const tactus_batch& batch,
                               const flow::receipt* receipts) noexcept override {
        const auto* next = reinterpret_cast<const std::uint8_t*>(batch.events);
        for (std::uint32_t i = 0; i < batch.count; ++i, next += batch.event_stride) {
            if (!worker_.hand_over(*reinterpret_cast<const tactus_event*>(next), receipts[i])) {
                const bool is_full = worker_.full_since_ns() != 0;
                reactor_.arm(retry_,
                             reactor_.clock().now_ns() + (is_full ? full_retry_ns : retry_ns));
                return {TACTUS_E_AGAIN, i};
            }
        }
        return {TACTUS_OK, batch.count};
    }
    void flush_open(flow::keep kept) noexcept override { worker_.flush(kept); }

    worker& worker_;
    coro::reactor& reactor_;
    flow::dispatcher& dispatcher_;
    std::uint16_t output_;
    failed_events& failed_;
    std::string reason_; // of the last completion of an event that failed
    coro::timer retry_;
};

} // namespace tactus::host

// SPDX-License-Identifier: MIT
// Connections inside the test: a server accepts from a memory_acceptor, the test holds the clients'
// ends. Deadlines count in the reactor's virtual time. Nothing moves until the test settles.
#pragma once

#include "kernel/coro/event_deadline.hpp"
#include "kernel/coro/stream.hpp"

#include <tactus/cpp/event.hpp>

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tactus::testing {

// What both ends share; lives as long as either.
struct memory_pipe {
    std::string to_server;
    std::string to_client;
    bool is_server_gone = false;
    bool is_client_gone = false;  // sends no more
    bool is_client_stuck = false; // does not read
    tactus::event changed;
};

class memory_stream final : public coro::byte_stream {
public:
    memory_stream(coro::reactor& reactor, std::shared_ptr<memory_pipe> pipe)
        : reactor_(reactor), pipe_(std::move(pipe)) {}
    ~memory_stream() override { pipe_->is_server_gone = true; }

    tactus::task<result<std::size_t>> read(std::span<char> into,
                                           std::int64_t deadline_ns) override {
        const coro::event_deadline deadline(reactor_, deadline_ns, pipe_->changed);
        while (pipe_->to_server.empty() && !pipe_->is_client_gone) {
            if (deadline.has_expired()) {
                co_return fail(error_kind::limit, "nothing was read in time");
            }
            pipe_->changed.reset();
            co_await pipe_->changed.wait();
        }
        const std::size_t size = std::min(into.size(), pipe_->to_server.size());
        std::memcpy(into.data(), pipe_->to_server.data(), size);
        pipe_->to_server.erase(0, size);
        co_return size;
    }

    tactus::task<result<void>> write(std::string bytes, std::int64_t deadline_ns) override {
        const coro::event_deadline deadline(reactor_, deadline_ns, pipe_->changed);
        while (pipe_->is_client_stuck) {
            if (deadline.has_expired()) {
                co_return fail(error_kind::limit, "nothing was written in time");
            }
            pipe_->changed.reset();
            co_await pipe_->changed.wait();
        }
        pipe_->to_client += bytes;
        co_return result<void>();
    }

private:
    coro::reactor& reactor_;
    std::shared_ptr<memory_pipe> pipe_;
};

// A client's end. Copies are the same client.
class memory_client {
public:
    explicit memory_client(std::shared_ptr<memory_pipe> pipe) : pipe_(std::move(pipe)) {}

    void send(std::string_view bytes) {
        pipe_->to_server += bytes;
        pipe_->changed.set();
    }
    // Ends its side; what the server writes still arrives.
    void finish() {
        pipe_->is_client_gone = true;
        pipe_->changed.set();
    }
    // Reads no more, as with a full window; or reads again.
    void get_stuck(bool stuck = true) {
        pipe_->is_client_stuck = stuck;
        pipe_->changed.set();
    }
    // All that came since the last call.
    [[nodiscard]] std::string receive() { return std::exchange(pipe_->to_client, {}); }
    [[nodiscard]] bool is_closed() const { return pipe_->is_server_gone; }

private:
    std::shared_ptr<memory_pipe> pipe_;
};

class memory_acceptor final : public coro::acceptor {
public:
    explicit memory_acceptor(coro::reactor& reactor, std::string bound = "127.0.0.1:9464")
        : reactor_(reactor), bound_(std::move(bound)) {}

    [[nodiscard]] memory_client connect() {
        auto pipe = std::make_shared<memory_pipe>();
        waiting_.push_back(pipe);
        changed_.set();
        return memory_client(std::move(pipe));
    }
    // The next accept answers this, once.
    void fail_next(error_kind kind) {
        failures_.push_back(kind);
        changed_.set();
    }
    // Connections that nobody has accepted yet.
    [[nodiscard]] std::size_t backlog() const { return waiting_.size(); }

    tactus::task<result<std::unique_ptr<coro::byte_stream>>> accept() override {
        while (waiting_.empty() && failures_.empty()) {
            changed_.reset();
            co_await changed_.wait();
        }
        if (!failures_.empty()) {
            const error_kind kind = failures_.front();
            failures_.pop_front();
            co_return fail(kind, "accepting failed");
        }
        std::unique_ptr<coro::byte_stream> made =
            std::make_unique<memory_stream>(reactor_, std::move(waiting_.front()));
        waiting_.pop_front();
        co_return std::move(made);
    }
    [[nodiscard]] std::string address() const override { return bound_; }

private:
    coro::reactor& reactor_;
    std::string bound_;
    std::deque<std::shared_ptr<memory_pipe>> waiting_;
    std::deque<error_kind> failures_;
    tactus::event changed_;
};

} // namespace tactus::testing

// SPDX-License-Identifier: MIT
#include "kernel/loop/tcp_stream.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/coro/event_deadline.hpp"

#include <tactus/cpp/event.hpp>

#include <memory>
#include <utility>

namespace tactus::loop {

struct tcp_stream::node {
    uv_tcp_t handle{};
    reading* reader = nullptr;
};

// A read in progress: libuv reads only while this lives, directly into the reader's memory.
class tcp_stream::reading {
public:
    reading(node& of, std::span<char> into, tactus::event& wakes) noexcept
        : node_(of), into_(into), wakes_(wakes) {
        TACTUS_ASSERT(node_.reader == nullptr && !into_.empty());
        node_.reader = this;
        const int started = uv_read_start(stream(), &reading::give_memory, &reading::take);
        if (started != 0) {
            end(started);
        }
    }
    reading(const reading&) = delete;
    reading& operator=(const reading&) = delete;
    ~reading() {
        uv_read_stop(stream());
        node_.reader = nullptr;
    }

    // Byte count, UV_EOF or another libuv error; 0: nothing yet.
    [[nodiscard]] ssize_t outcome() const noexcept { return outcome_; }

private:
    static void give_memory(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) noexcept {
        const reading& self = *static_cast<node*>(handle->data)->reader;
        buffer->base = self.into_.data();
        buffer->len = self.into_.size();
    }
    static void take(uv_stream_t* stream, ssize_t size, const uv_buf_t*) noexcept {
        if (size != 0) { // 0: would have blocked
            static_cast<node*>(stream->data)->reader->end(size);
        }
    }
    void end(ssize_t outcome) noexcept {
        outcome_ = outcome;
        uv_read_stop(stream()); // the memory is full, and the reader owns it again
        wakes_.set();
    }
    [[nodiscard]] uv_stream_t* stream() const noexcept {
        return reinterpret_cast<uv_stream_t*>(&node_.handle);
    }

    node& node_;
    std::span<char> into_;
    tactus::event& wakes_;
    ssize_t outcome_ = 0;
};

// A write in progress. libuv may hold the bytes longer than the writer waits, so they are in a
// separate request, which ends with its callback.
class tcp_stream::writing {
public:
    writing(uv_stream_t* to, std::string bytes, tactus::event& wakes)
        : request_(std::make_unique<request>()), wakes_(wakes) {
        request_->bytes = std::move(bytes);
        request_->writer = this;
        request_->uv.data = request_.get();
        const uv_buf_t buffer =
            uv_buf_init(request_->bytes.data(), static_cast<unsigned>(request_->bytes.size()));
        const int started = uv_write(&request_->uv, to, &buffer, 1, &writing::finish);
        if (started == 0) {
            pending_ = request_.release();
        } else {
            end(started);
        }
    }
    writing(const writing&) = delete;
    writing& operator=(const writing&) = delete;
    ~writing() {
        if (pending_ != nullptr) {
            pending_->writer = nullptr;
        }
    }

    [[nodiscard]] bool is_done() const noexcept { return pending_ == nullptr; }
    [[nodiscard]] int status() const noexcept { return status_; }

private:
    struct request {
        uv_write_t uv{};
        std::string bytes;
        writing* writer = nullptr;
    };

    static void finish(uv_write_t* uv, int status) noexcept {
        const std::unique_ptr<request> ended(static_cast<request*>(uv->data));
        if (ended->writer != nullptr) {
            ended->writer->end(status);
        }
    }
    void end(int status) noexcept {
        pending_ = nullptr;
        status_ = status;
        wakes_.set();
    }

    std::unique_ptr<request> request_; // until libuv owns it
    request* pending_ = nullptr;
    tactus::event& wakes_;
    int status_ = 0;
};

tcp_stream::tcp_stream(loop& loop) : reactor_(loop), node_(new node) {
    node_->handle.data = node_;
    const int made = uv_tcp_init(loop.uv(), &node_->handle); // makes no socket yet
    TACTUS_ASSERT(made == 0);
}

tcp_stream::~tcp_stream() {
    TACTUS_ASSERT(node_->reader == nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(&node_->handle),
             [](uv_handle_t* handle) noexcept { delete static_cast<node*>(handle->data); });
}

uv_stream_t* tcp_stream::uv() noexcept {
    return reinterpret_cast<uv_stream_t*>(&node_->handle);
}

tactus::task<result<std::size_t>> tcp_stream::read(std::span<char> into, std::int64_t deadline_ns) {
    tactus::event woken;
    const coro::event_deadline deadline(reactor_, deadline_ns, woken);
    const reading active(*node_, into, woken);
    co_await woken.wait();
    const ssize_t outcome = active.outcome();
    if (outcome == 0) {
        co_return fail(error_kind::limit, "nothing was read before the deadline");
    }
    if (outcome < 0 && outcome != UV_EOF) {
        co_return fail(error_kind::closed,
                       std::string("reading failed: ") + uv_strerror(static_cast<int>(outcome)));
    }
    co_return outcome == UV_EOF ? 0 : static_cast<std::size_t>(outcome);
}

tactus::task<result<void>> tcp_stream::write(std::string bytes, std::int64_t deadline_ns) {
    if (is_broken_) {
        co_return fail(error_kind::closed, "a write before this one was cut short");
    }
    is_broken_ = true; // until all is written
    tactus::event woken;
    const coro::event_deadline deadline(reactor_, deadline_ns, woken);
    const writing active(uv(), std::move(bytes), woken);
    co_await woken.wait();
    if (!active.is_done()) {
        co_return fail(error_kind::limit, "not all was written before the deadline");
    }
    if (active.status() != 0) {
        co_return fail(error_kind::closed,
                       std::string("writing failed: ") + uv_strerror(active.status()));
    }
    is_broken_ = false;
    co_return result<void>();
}

} // namespace tactus::loop

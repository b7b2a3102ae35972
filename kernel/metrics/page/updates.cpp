// SPDX-License-Identifier: MIT
#include "kernel/metrics/page/updates.hpp"

#include "kernel/coro/background.hpp"
#include "kernel/coro/event_deadline.hpp"
#include "kernel/coro/sleep.hpp"
#include "kernel/metrics/page/render.hpp"

#include <tactus/cpp/when.hpp>

#include <array>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace tactus::metrics::page {
namespace {

void append_event(std::string& out, std::string_view name, std::string_view text) {
    out.append("event: ").append(name).append("\ndata: ").append(text).append("\n\n");
}

class render_work {
public:
    render_work(view taken, const source& from) : taken_(std::move(taken)), from_(from) {}
    std::string operator()() {
        from_.complete(taken_);
        return render_live(taken_);
    }

private:
    view taken_;
    const source& from_;
};

} // namespace

void bound_unread(const coro::byte_stream& of) noexcept {
    if (const int fd = of.duplicate(); fd >= 0) {
        ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &unread_bytes_max, sizeof unread_bytes_max);
        ::close(fd);
    }
}

tactus::task<void> await_end(coro::byte_stream& of) {
    constexpr std::size_t bytes_max = 65'536;
    std::array<char, 256> ignored{};
    for (std::size_t taken = 0; taken < bytes_max;) {
        const auto got = co_await of.read(ignored, coro::event_deadline::never_ns);
        if (!got.has_value() || *got == 0) {
            co_return;
        }
        taken += *got;
    }
}

class updates::reader final : public body_stream {
public:
    explicit reader(updates& of) noexcept : of_(of) { ++of_.readers_; }
    ~reader() override { --of_.readers_; }

    [[nodiscard]] tactus::task<void> run(coro::byte_stream& to) override {
        bound_unread(to);
        tactus::task<void> ended = await_end(to);
        tactus::task<void> told = tell(to);
        co_await tactus::when_any(std::move(ended), std::move(told));
    }

private:
    tactus::task<void> tell(coro::byte_stream& to) {
        append_hello();
        for (;;) {
            rendition next = co_await of_.newest();
            append_next(std::move(next));
            const std::int64_t now_ns = of_.reactor_.clock().now_ns();
            if (!bytes_.empty()) {
                written_ns_ = now_ns;
                std::string bytes = std::exchange(bytes_, {});
                const auto written = co_await to.write(std::move(bytes), now_ns + write_limit_ns);
                if (!written.has_value()) {
                    co_return;
                }
            }
            const std::int64_t due_ns = next_due(now_ns);
            co_await coro::sleep_until(of_.reactor_, due_ns);
        }
    }

    void append_hello() {
        bytes_ += "retry: 2000\n";
        append_event(bytes_, "hello", of_.shown_.build());
    }

    void append_next(rendition next) {
        if (skipped_ > 0) {
            append_event(bytes_, "skipped", std::to_string(std::exchange(skipped_, 0)));
        }
        const std::int64_t now_ns = of_.reactor_.clock().now_ns();
        if (last_ == nullptr || *next != *last_) {
            append_event(bytes_, "state", *next);
            last_ = std::move(next);
        } else if (bytes_.empty() && now_ns - written_ns_ >= beat_ns) {
            append_event(bytes_, "beat", "");
        }
    }

    // All readers wait for the same moments: one wake-up is for all. Counts what passed meanwhile.
    [[nodiscard]] std::int64_t next_due(std::int64_t last_ns) noexcept {
        const std::int64_t period = of_.reactor_.clock().now_ns() / period_ns;
        const std::int64_t passed = period - last_ns / period_ns;
        skipped_ += passed > 0 ? static_cast<std::uint64_t>(passed) : 0;
        return (period + 1) * period_ns;
    }

    updates& of_;
    std::string bytes_; // to be written next
    rendition last_;    // that was written
    std::int64_t written_ns_ = 0;
    std::uint64_t skipped_ = 0;
};

std::unique_ptr<body_stream> updates::open() {
    return readers_ < readers_max ? std::make_unique<reader>(*this) : nullptr;
}

// A rendition younger than half a period is new enough. A reader that comes while one is made waits
// for it.
tactus::task<updates::rendition> updates::newest() {
    while (is_rendering_) {
        co_await rendered_.wait();
    }
    if (newest_ == nullptr || reactor_.clock().now_ns() - rendered_ns_ >= period_ns / 2) {
        rendition made = co_await render();
        co_return made;
    }
    co_return newest_;
}

tactus::task<updates::rendition> updates::render() {
    is_rendering_ = true;
    rendered_.reset();
    rendered_ns_ = reactor_.clock().now_ns();
    try {
        render_work work(shown_.take_view(), shown_);
        std::string text = co_await coro::run_in_background(reactor_, std::move(work));
        newest_ = std::make_shared<const std::string>(std::move(text));
    } catch (...) { // out of memory; those who wait try it themselves
        newest_ = nullptr;
        is_rendering_ = false;
        rendered_.set();
        throw;
    }
    is_rendering_ = false;
    rendered_.set();
    co_return newest_;
}

} // namespace tactus::metrics::page

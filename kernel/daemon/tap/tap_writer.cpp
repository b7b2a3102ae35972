// SPDX-License-Identifier: MIT
#include "kernel/daemon/tap/tap_writer.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/base/start_thread.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <system_error>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tactus::daemon {
namespace {

constexpr int niceness = 10;
constexpr int records_a_turn = 256; // between two looks at which clients are ready

// A removed input or output is shown under its name until its number is used again.
void keep_names(std::vector<std::string>& before, std::vector<std::string>& now) {
    now.resize(std::max(now.size(), before.size()));
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (now[i].empty()) {
            now[i] = std::move(before[i]);
        }
    }
}

// A pipe that is full wakes it, too.
void wake_thread(int pipe) noexcept {
    const ssize_t written = ::write(pipe, "", 1);
    TACTUS_ASSERT(written == 1 || errno == EAGAIN);
}

} // namespace

tap_writer::tap_writer(tap_names names) : names_(std::move(names)) {
    if (::pipe2(pipe_.data(), O_NONBLOCK | O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "no descriptor for a tap");
    }
    try {
        thread_ = base::start_without_signals(
            base::thread_role::tap, "tactus-tap",
            [](void* self) { static_cast<tap_writer*>(self)->run(); }, this);
    } catch (const std::system_error&) {
        ::close(pipe_[0]);
        ::close(pipe_[1]);
        throw;
    }
}

tap_writer::~tap_writer() {
    is_over_.store(true, std::memory_order_relaxed);
    order({});
    thread_.join();
    ::close(pipe_[0]);
    ::close(pipe_[1]);
}

void tap_writer::push(const flow::observed_event& what, std::uint64_t count) noexcept {
    static_assert(std::is_trivially_copyable_v<header>);
    const header record{what, count, what.detail.size()};
    std::span<const std::byte> payload = std::as_bytes(what.bytes);
    if (!what.detail.empty()) { // of an event that failed: it may allocate
        const std::span<const std::byte> detail = std::as_bytes(std::span(what.detail));
        joined_.assign(payload.begin(), payload.end());
        joined_.insert(joined_.end(), detail.begin(), detail.end());
        payload = joined_;
    }
    if (ring_.try_push(std::as_bytes(std::span(&record, 1)), payload) == base::ring_push::stored) {
        ++pushed_;
    } else {
        lost_.fetch_add(count, std::memory_order_relaxed);
    }
}

void tap_writer::wake() noexcept {
    const std::uint64_t lost = lost_.load(std::memory_order_relaxed);
    if (!ring_.is_empty() || std::exchange(lost_woken_, lost) != lost) {
        wake_thread(pipe_[1]);
    }
}

void tap_writer::add(std::uint64_t id, std::unique_ptr<tap_reader> reader) {
    order({id, std::move(reader), 0});
}

void tap_writer::remove(std::uint64_t id) {
    order({id, nullptr, 0});
}

void tap_writer::rename(tap_names names) {
    order({0, nullptr, 0, std::make_unique<tap_names>(std::move(names))});
}

void tap_writer::order(command one) {
    {
        const std::lock_guard guard(mutex_);
        one.after = pushed_;
        orders_.push_back(std::move(one));
    }
    ordered_.fetch_add(1, std::memory_order_relaxed);
    wake_thread(pipe_[1]);
}

void tap_writer::run() noexcept {
    ::setpriority(PRIO_PROCESS, 0, niceness); // of this thread alone, on Linux
    while (!is_over_.load(std::memory_order_relaxed)) {
        try {
            const bool is_more = write_some();
            follow_orders();
            tell_lost();
            flush_all();
            if (!is_more) {
                sleep();
            }
        } catch (const std::bad_alloc&) {
            for (auto& [id, reader] : readers_) {
                reader->add_missed(1);
            }
        }
    }
    readers_.clear();
}

// Those that came before the next event.
void tap_writer::follow_orders() {
    if (ordered_.load(std::memory_order_relaxed) != taken_) {
        const std::lock_guard guard(mutex_);
        taken_ += orders_.size();
        std::move(orders_.begin(), orders_.end(), std::back_inserter(waiting_));
        orders_.clear();
    }
    while (!waiting_.empty() && waiting_.front().after <= popped_) {
        command next = std::move(waiting_.front());
        waiting_.pop_front();
        follow(std::move(next));
    }
}

void tap_writer::follow(command one) {
    if (one.names != nullptr) {
        keep_names(names_.inputs, one.names->inputs);
        keep_names(names_.outputs, one.names->outputs);
        keep_names(names_.routes, one.names->routes);
        names_ = std::move(*one.names);
    } else if (one.reader != nullptr) {
        readers_[one.id] = std::move(one.reader);
    } else if (const auto found = readers_.find(one.id); found != readers_.end()) {
        found->second->flush();
        readers_.erase(found);
    }
}

// Returns whether there may be more.
bool tap_writer::write_some() {
    for (int i = 0; i < records_a_turn; ++i) {
        const std::optional<base::record_view> record = ring_.front();
        if (!record) {
            return false;
        }
        follow_orders();
        write(*record);
        ring_.pop();
        ++popped_;
    }
    return true;
}

void tap_writer::write(const base::record_view& record) {
    header of{};
    std::memcpy(&of, record.header.data(), sizeof of);
    const std::size_t bytes = record.payload.size() - of.detail_size;
    of.event.bytes = {reinterpret_cast<const std::uint8_t*>(record.payload.data()), bytes};
    of.event.detail = {reinterpret_cast<const char*>(record.payload.data()) + bytes,
                       of.detail_size};
    line_.clear();
    for (auto& [id, reader] : readers_) {
        if (!reader->takes(of.event, names_)) {
            continue;
        }
        if (line_.empty()) {
            append_event(line_, of.event, of.count, names_,
                         unix_offset_ns_.load(std::memory_order_relaxed));
        }
        reader->add(line_);
    }
}

// Of what was lost in the ring, nobody knows which filter takes it.
void tap_writer::tell_lost() {
    const std::uint64_t lost = lost_.load(std::memory_order_relaxed);
    for (auto& [id, reader] : readers_) {
        reader->add_missed(lost - lost_told_);
    }
    lost_told_ = lost;
}

void tap_writer::flush_all() {
    for (auto& [id, reader] : readers_) {
        reader->flush();
    }
}

// Until there is an order or an event, or a client has room again.
void tap_writer::sleep() {
    std::vector<pollfd> waits = {{pipe_[0], POLLIN, 0}};
    std::vector<tap_reader*> whose;
    for (auto& [id, reader] : readers_) {
        if (!reader->is_gone()) {
            waits.push_back({reader->fd(), reader->has_unsent() ? short{POLLOUT} : short{0}, 0});
            whose.push_back(reader.get());
        }
    }
    ::poll(waits.data(), waits.size(), -1);
    for (std::size_t i = 0; i < whose.size(); ++i) {
        if ((waits[i + 1].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
            whose[i]->went();
        }
    }
    std::array<char, 64> drained;
    while (::read(pipe_[0], drained.data(), drained.size()) > 0) {
    }
}

} // namespace tactus::daemon

// SPDX-License-Identifier: MIT
// How an input treats a sender that has gone: a connection that was closed, a device that was
// unplugged. The user chooses. With `when_gone = "end"`, the notes and pedals that the sender began
// and did not end are ended after `gone_grace`, and the events that it has scheduled are taken back
// (context::end_sender); with "keep", nothing happens. If the input itself ends, all its senders
// can go with it, and none is waited for (include_instance). If only some go with it, such as
// connections beside datagrams, each of these has a `present` for as long as it is there. A sender
// is the tag or group of its events. It sleeps while nobody is waited for. Threads: loop.
//   tactus::gone_senders gone{here, settings.when_gone, settings.gone_grace};
//   gone.include_instance();
//   here.spawn("gone senders", gone.run());
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

#include <tactus/cpp/event.hpp>
#include <tactus/cpp/plugin.hpp>
#include <tactus/cpp/time.hpp>

namespace tactus {
inline namespace v0_1 {

/// The values of the option `when_gone`.
enum class when_gone : std::uint8_t { end, keep };
inline constexpr const char* const when_gone_words[] = {"end", "keep", nullptr};

class gone_senders {
public:
    /// At most this many are waited for; beyond that, the one that has waited longest is ended at
    /// once.
    static constexpr std::size_t waiting_max = 4096;

    /// The action for a sender that does not return.
    using ending = std::function<void(std::uint32_t sender)>;

    gone_senders(context& here, when_gone wanted, std::chrono::nanoseconds grace)
        : gone_senders(here, wanted, grace,
                       [&here](std::uint32_t sender) { here.end_sender(sender); }) {}
    gone_senders(context& here, when_gone wanted, std::chrono::nanoseconds grace, ending end)
        : here_(&here), wanted_(wanted), grace_(grace), end_(std::move(end)) {}
    gone_senders(const gone_senders&) = delete;
    gone_senders& operator=(const gone_senders&) = delete;

    /// For the plugin's own check. Errors: config_error, if a grace is set that has no effect.
    static void check(when_gone wanted, std::chrono::nanoseconds grace) {
        if (wanted == when_gone::keep && grace != grace.zero()) {
            throw config_error("gone_grace", "this has an effect only with when_gone = \"end\"; "
                                             "set that, or leave this out.");
        }
    }

    /// Makes the end of the instance the end of all its senders, if ends(). For an instance that
    /// runs; not for one whose senders outlive it, such as those of datagrams. Errors: those of
    /// context::end_with_instance.
    void include_instance() {
        here_->end_with_instance(ends());
        includes_instance_ = true;
    }

    /// Whether a sender that goes is ended.
    [[nodiscard]] bool ends() const noexcept { return wanted_ == when_gone::end; }

    /// The sender has gone, and emits nothing more. Errors: those of the ending.
    void gone(std::uint32_t sender) {
        if (!ends()) {
            return;
        }
        if (grace_ == grace_.zero()) {
            end_(sender);
            return;
        }
        waiting_.push_back({here_->now() + grace_, sender});
        has_waiting_.set();
        if (waiting_.size() > waiting_max) {
            end_first();
        }
    }
    /// The same sender is back; if it was waited for, its notes go on.
    void back(std::uint32_t sender) noexcept {
        std::erase_if(waiting_, [sender](const entry& each) { return each.sender == sender; });
    }

    /// For the task of a connection, which is one or more senders. If it is destroyed before
    /// gone(), the instance ends, and the senders with it, unless include_instance() was called.
    /// `use(end)` calls end(sender) for each of the senders.
    template <class Use>
    class present {
    public:
        present(gone_senders& of, Use use) : of_(&of), use_(std::move(use)) {}
        present(const present&) = delete;
        present& operator=(const present&) = delete;
        ~present() {
            if (is_there_) {
                use_([this](std::uint32_t sender) noexcept { of_->end_at_once(sender); });
            }
        }
        /// The senders have gone in the normal way.
        void gone() {
            is_there_ = false;
            use_([this](std::uint32_t sender) { of_->gone(sender); });
        }

    private:
        gone_senders* of_;
        Use use_;
        bool is_there_ = true;
    };

    /// Ends the senders that do not return; spawn it once. The object must outlive it. If it is
    /// canceled, it ends all senders that it waits for. Errors: canceled, those of the ending.
    task<> run() {
        const at_the_end rest(*this);
        for (;;) {
            co_await has_waiting_.wait();
            has_waiting_.reset();
            while (!waiting_.empty()) {
                const time_point due = waiting_.front().due;
                if (here_->now() >= due) {
                    end_first();
                } else {
                    co_await here_->sleep_until(due);
                }
            }
        }
    }

private:
    struct entry {
        time_point due;
        std::uint32_t sender;
    };

    /// The instance ends: the senders that it waits for do not return to it.
    class at_the_end {
    public:
        explicit at_the_end(gone_senders& of) noexcept : of_(&of) {}
        at_the_end(const at_the_end&) = delete;
        at_the_end& operator=(const at_the_end&) = delete;
        ~at_the_end() {
            for (const entry& each : of_->waiting_) {
                of_->end_at_once(each.sender);
            }
            of_->waiting_.clear();
        }

    private:
        gone_senders* of_;
    };

    /// At the end of the instance, which may include the sender.
    void end_at_once(std::uint32_t sender) noexcept {
        if (!ends() || includes_instance_) {
            return;
        }
        try {
            end_(sender);
        } catch (...) { // there is nobody left to tell
        }
    }
    void end_first() {
        const std::uint32_t sender = waiting_.front().sender;
        waiting_.pop_front();
        end_(sender);
    }

    context* here_;
    when_gone wanted_;
    std::chrono::nanoseconds grace_;
    ending end_;
    std::deque<entry> waiting_; // by due time: all have the same grace
    event has_waiting_;
    bool includes_instance_ = false;
};

} // namespace v0_1
} // namespace tactus

// SPDX-License-Identifier: MIT
#include "kernel/daemon/tap/tap.hpp"

#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"
#include "kernel/control/control_server.hpp"
#include "kernel/control/recording.hpp"
#include "kernel/coro/background.hpp"
#include "kernel/metrics/page/updates.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tactus::daemon {

static_assert(tap::taps_max < control::control_server::connections_max);

namespace {

using control::method_result;
using control::rpc_code;
using control::rpc_error;

unexpected<rpc_error> refuse(rpc_code code, std::string message) {
    return unexpected<rpc_error>(rpc_error(code, std::move(message)));
}

// The name of the input or output that the parameter asks for, which is there now.
template <class Settings>
result<std::optional<std::string>> name_of(const control::params& with, std::string_view key,
                                           const std::vector<Settings>& all) {
    result<std::optional<std::string>> name = with.text(key);
    if (!name || !*name) {
        return name;
    }
    std::vector<std::string_view> known;
    for (const Settings& each : all) {
        if (!each.is_vacant() && each.name == **name) {
            return name;
        }
        known.push_back(each.name);
    }
    const std::string kind(key);
    std::string text = "There is no " + kind + " " + config::quoted(**name);
    const std::string meant = config::did_you_mean(**name, known);
    text += meant.empty() ? "; `tactus status` lists them." : "; " + meant;
    return fail(error_kind::invalid, text);
}

} // namespace

// The tap that is attached to the connection of a client.
class tap::opened final : public control::attachment {
public:
    // Owns: fd.
    opened(tap& of, int fd, tap_filter filter, tap_framing framing = tap_framing::lines)
        : of_(of), id_(++of.last_id_),
          reader_(std::make_unique<tap_reader>(fd, std::move(filter), framing)) {
        ++of_.taps_;
    }
    ~opened() override {
        --of_.taps_;
        if (reader_ == nullptr) {
            of_.end(id_);
        }
    }

    [[nodiscard]] bool takes_output() const noexcept override { return true; }
    void begin() override { of_.begin(id_, std::move(reader_)); }

private:
    tap& of_;
    std::uint64_t id_;
    std::unique_ptr<tap_reader> reader_; // until it begins
};

// A tap of the status page, on a connection whose response has no end. It counts from the request
// on; only the thread of tap_writer writes.
class tap::page_tap final : public metrics::body_stream {
public:
    page_tap(tap& of, tap_filter filter) : of_(of), filter_(std::move(filter)) { ++of_.page_taps_; }
    ~page_tap() override { --of_.page_taps_; }

    [[nodiscard]] tactus::task<void> run(coro::byte_stream& to) override {
        const bool has_writer = co_await of_.make_writer();
        metrics::page::bound_unread(to);
        const int fd = has_writer && of_.taps_ < taps_max ? to.duplicate() : -1;
        if (fd < 0) {
            co_return; // the page says that it has ended, and offers to open it again
        }
        opened flowing(of_, fd, std::move(filter_), tap_framing::server_sent);
        flowing.begin();
        co_await metrics::page::await_end(to);
    }

private:
    tap& of_;
    tap_filter filter_;
};

std::unique_ptr<metrics::body_stream> tap::open_page_tap(bool only_lost) {
    if (page_taps_ >= page_taps_max || taps_ >= taps_max) {
        return nullptr;
    }
    tap_filter wanted;
    wanted.only_late = wanted.only_dropped = only_lost;
    return std::make_unique<page_tap>(*this, std::move(wanted));
}

tap::tap(const parts& of) : of_(of) {
    wake_.owner = this;
    wake_.fire = [](coro::timer& node) noexcept { static_cast<tap*>(node.owner)->tick(); };
}

tap::~tap() {
    of_.reactor.disarm(wake_);
}

tactus::task<method_result> tap::open(const control::params& with, const control::caller& by) {
    result<tap_filter> filter = filter_of(with);
    if (!filter) {
        co_return refuse(rpc_code::invalid_params, filter.error().text);
    }
    const bool has_writer = co_await make_writer();
    if (taps_ >= taps_max) {
        co_return refuse(rpc_code::failed, "There are " + std::to_string(taps_max) +
                                               " taps already, which is the limit. Close one.");
    }
    const int fd = has_writer && by.stream != nullptr ? by.stream->duplicate() : -1;
    if (fd < 0) {
        co_return refuse(rpc_code::failed,
                         "The system has no thread or no descriptor left for a tap.");
    }
    by.attached->push_back(std::make_unique<opened>(*this, fd, std::move(*filter)));
    co_return control::recording_header(static_cast<double>(of_.reactor.clock().unix_ns()) / 1e9,
                                        of_.settings.name);
}

result<tap_filter> tap::filter_of(const control::params& with) const {
    const auto input = name_of(with, "input", of_.settings.inputs);
    const auto output = name_of(with, "output", of_.settings.outputs);
    const result<std::optional<std::string>> address = with.text("address");
    const result<std::optional<bool>> late = with.flag("late");
    const result<std::optional<bool>> dropped = with.flag("dropped");
    const result<std::optional<bool>> received = with.flag("received");
    for (const error* const wrong :
         {input ? nullptr : &input.error(), output ? nullptr : &output.error(),
          address ? nullptr : &address.error(), late ? nullptr : &late.error(),
          dropped ? nullptr : &dropped.error(), received ? nullptr : &received.error()}) {
        if (wrong != nullptr) {
            return unexpected<error>(*wrong);
        }
    }
    tap_filter made;
    made.input = *input;
    made.output = *output;
    made.only_late = late->value_or(false);
    made.only_dropped = dropped->value_or(false);
    made.with_received = received->value_or(false);
    if (*address && **address != "*") {
        result<codec::osc_pattern> pattern = codec::osc_pattern::compile(**address);
        if (!pattern) {
            return fail(error_kind::invalid,
                        "The parameter \"address\" is not a pattern: " + pattern.error().text);
        }
        made.address = std::move(*pattern);
    }
    return made;
}

// On another thread: it takes milliseconds. Returns false if the system has no room for it.
tactus::task<bool> tap::make_writer() {
    if (writer_ == nullptr) {
        auto make = [names = names_of(of_.settings)]() mutable {
            try {
                return std::make_unique<tap_writer>(std::move(names));
            } catch (const std::system_error&) {
                return std::unique_ptr<tap_writer>();
            }
        };
        std::unique_ptr<tap_writer> made =
            co_await coro::run_in_background(of_.reactor, std::move(make));
        if (writer_ == nullptr) { // another tap may have been quicker
            writer_ = std::move(made);
            settings_changed(); // meanwhile, perhaps
        }
    }
    co_return writer_ != nullptr;
}

void tap::settings_changed() {
    if (writer_ != nullptr) {
        writer_->rename(names_of(of_.settings));
    }
    unshown_.resize(of_.settings.inputs.size(), of_.settings.outputs.size());
}

void tap::begin(std::uint64_t id, std::unique_ptr<tap_reader> reader) {
    if (flowing_++ == 0) {
        const time::clock& clock = of_.reactor.clock();
        writer_->set_unix_offset(clock.unix_ns() - clock.now_ns());
        unshown_.begin(of_.settings.inputs.size(), of_.settings.outputs.size(),
                       [this](auto... which) { return total(which...); });
        of_.dispatcher.outcomes().observers().add(*this);
        of_.reactor.arm(wake_, clock.now_ns() + wake_ns);
    }
    writer_->add(id, std::move(reader));
}

void tap::end(std::uint64_t id) {
    writer_->remove(id);
    if (--flowing_ == 0) {
        of_.dispatcher.outcomes().observers().remove(*this);
        of_.reactor.disarm(wake_);
        writer_->wake(); // what is left in the ring is for nobody
    }
}

void tap::saw(const flow::observed_event& what) noexcept {
    flow::observed_event shown = what;
    shown.at_ns = what.at_ns != 0 ? what.at_ns : of_.reactor.clock().now_ns();
    writer_->push(shown);
    unshown_.shown(shown);
}

void tap::tick() {
    const std::int64_t now_ns = of_.reactor.clock().now_ns();
    of_.reactor.arm(wake_, now_ns + wake_ns);
    unshown_.for_each([this](auto... which) { return total(which...); },
                      [&](flow::observed_event& several, std::uint64_t count) {
                          several.at_ns = now_ns;
                          writer_->push(several, count);
                      });
    writer_->wake();
}

std::uint64_t tap::total(flow::observed what, std::size_t index,
                         std::uint8_t reason) const noexcept {
    const auto number = static_cast<std::uint16_t>(index);
    if (what == flow::observed::dropped) {
        return of_.dispatcher.account().dropped_for(number, static_cast<flow::dropped>(reason));
    }
    const flow::input_ledger& ledger = of_.ingress.at(number).ledger;
    return what == flow::observed::rejected
               ? ledger.rejected_by.of(static_cast<flow::rejected>(reason))
               : ledger.unrouted_by.of(static_cast<flow::unrouted>(reason));
}

} // namespace tactus::daemon

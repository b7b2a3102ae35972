// SPDX-License-Identifier: MIT
#include <tactus/testhost/instance.hpp>

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace tactus::testing {

const tactus_entry& load_entry(const char* path) {
    void* image = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* entry = image != nullptr ? dlsym(image, "tactus_entry_v0") : nullptr;
    if (entry == nullptr) {
        throw std::runtime_error(dlerror());
    }
    return *static_cast<const tactus_entry*>(entry);
}

test_instance::test_instance(const tactus_entry& entry, std::string_view id, std::string name,
                             const std::function<void(test_host&)>& prepare)
    : host(std::move(name)), descriptor_(find(entry, id)),
      config(descriptor_.options, descriptor_.n_options, descriptor_.option_size) {
    if (prepare) {
        prepare(host);
    }
    host.is_creating = true;
    plugin_ = host.call_plugin("create", [&] { return entry.create(descriptor_.id, host.raw()); });
    host.is_creating = false;
    if (plugin_ == nullptr) {
        throw std::runtime_error("create() returned NULL. " + host.error_text);
    }
    ++alive_;
    number_ = ++made_;
}

test_instance::~test_instance() {
    if (plugin_ == nullptr) {
        return;
    }
    const std::size_t known = host.breaches.size();
    const std::vector<std::string> all = end();
    for (std::size_t i = known; i < all.size(); ++i) {
        std::fprintf(stderr, "%s: %s\n", descriptor_.id, all[i].c_str());
    }
    if (all.size() > known) {
        std::abort();
    }
}

void test_instance::require_alive(const char* call) const {
    if (plugin_ == nullptr) {
        throw std::logic_error(std::string(call) + " after end(): the instance is destroyed");
    }
}

const tactus_output_0& test_instance::output_to_send() const {
    require_alive("send()");
    const auto* const output = interface<tactus_output_0>(TACTUS_OUTPUT_0);
    if (output == nullptr || output->send == nullptr) {
        throw std::logic_error(std::string("send() to ") + descriptor_.id + ", which is no output");
    }
    if (!host.is_started) {
        throw std::logic_error("send() before start()");
    }
    return *output;
}

tactus_status test_instance::configure() {
    require_alive("configure()");
    return host.call_plugin("configure",
                            [this] { return plugin_->configure(plugin_, &config.raw()); });
}

tactus_status test_instance::start() {
    const tactus_status configured = configure();
    if (configured != TACTUS_OK) {
        return configured;
    }
    ask_before_start();
    const tactus_status status = start_only();
    host.settle();
    return status;
}

void test_instance::ask_before_start() {
    const auto* const output = interface<tactus_output_0>(TACTUS_OUTPUT_0);
    if (output != nullptr && output->ahead_ns != nullptr) {
        host.call_plugin("ahead_ns", [&] { static_cast<void>(output->ahead_ns(plugin_)); });
    }
    const auto* const outcome = interface<tactus_outcome_0>(TACTUS_OUTCOME_0);
    if (outcome != nullptr && outcome->wants != nullptr) {
        host.call_plugin("wants", [&] { static_cast<void>(outcome->wants(plugin_)); });
    }
}

tactus_status test_instance::start_only() {
    require_alive("start()");
    if (host.is_started) {
        throw std::logic_error("start() of an instance that was started");
    }
    host.is_starting = true;
    const tactus_status status =
        host.call_plugin("start", [this] { return plugin_->start(plugin_); });
    host.is_starting = false;
    host.is_started = status == TACTUS_OK;
    if (status > TACTUS_OK) {
        host.breach("start returned a positive status");
    }
    if (status != TACTUS_OK && host.pending() != 0) {
        host.breach("start failed with an op pending");
    }
    return status;
}

void test_instance::stop() {
    require_alive("stop()");
    is_stop_asked_ = true;
    host.call_plugin("stop", [this] { plugin_->stop(plugin_); });
    host.await_stopped();
}

std::vector<std::string> test_instance::end() {
    require_alive("end()");
    if (is_running() && !is_stop_asked_) {
        stop();
    }
    if (host.is_work_held) {
        host.is_work_held = false;
        host.await_stopped();
    }
    host.settle();
    host.find_unknown_calls();
    if (host.is_started && !host.stopped.has_value()) {
        host.breach("it did not call stopped()");
    }
    tactus_plugin* const ended = std::exchange(plugin_, nullptr);
    --alive_;
    if (host.is_working()) { // in memory of the instance, which therefore stays
        host.breach("its function of exec.work has not returned");
        host.end_worker();
        return host.breaches;
    }
    host.call_plugin("destroy", [ended] { ended->destroy(ended); });
    host.end_worker();
    if (was_alone() && !may_leave_resources) {
        if (const std::string left = left_since(before_); !left.empty()) {
            host.breach("destroyed, it had " + left);
        }
    }
    return host.breaches;
}

send_answer test_instance::send(std::span<const tactus_event> events) {
    const tactus_batch batch{sizeof batch, static_cast<std::uint32_t>(events.size()),
                             sizeof(tactus_event), 0, events.data()};
    const tactus_output_0& output = output_to_send();
    send_answer answer{TACTUS_OK, 0xffffffff};
    const auto call = [&] { answer.status = output.send(plugin_, &batch, &answer.accepted); };
    host.call_plugin("send", [&] {
        if ((output.flags & TACTUS_OUT_MAY_BLOCK) != 0) {
            host.on_worker(call);
        } else {
            call();
        }
    });
    return answer;
}

tactus_status test_instance::send_one(std::uint16_t protocol, std::span<const std::uint8_t> bytes,
                                      std::uint32_t port, std::uint16_t flags) {
    tactus_event event{};
    event.bytes = bytes.data();
    event.size = static_cast<std::uint32_t>(bytes.size());
    event.protocol = protocol;
    event.port = port;
    event.flags = flags;
    const tactus_batch batch{sizeof batch, 1, sizeof event, 0, &event};
    std::uint32_t accepted = 0;
    return output_to_send().send(plugin_, &batch, &accepted);
}

const tactus_descriptor& test_instance::find(const tactus_entry& entry, std::string_view id) {
    for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
        if (id == entry.descriptors[i]->id) {
            return *entry.descriptors[i];
        }
    }
    throw std::invalid_argument("no such plugin: " + std::string(id));
}

} // namespace tactus::testing

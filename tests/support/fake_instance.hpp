// SPDX-License-Identifier: MIT
// Drives one plugin instance through its life against a fake_host, and destroys it in the right
// order. The plugin comes from an entry in the test itself, or from a built .tactus.so.
#pragma once

#include <dlfcn.h>

#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/fake_config.hpp"
#include "tests/support/fake_host.hpp"

namespace tactus::testing {

/// The entry of a built plugin; the image stays loaded, as in the daemon.
inline const tactus_entry& load_entry(const char* path) {
    void* image = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* entry = image != nullptr ? dlsym(image, "tactus_entry_v0") : nullptr;
    if (entry == nullptr) {
        throw std::runtime_error(dlerror());
    }
    return *static_cast<const tactus_entry*>(entry);
}

class fake_instance {
public:
    fake_instance(const tactus_entry& entry, std::string_view id, std::string name = "test")
        : host(std::move(name)), descriptor_(find(entry, id)),
          config(descriptor_.options, descriptor_.n_options) {
        host.is_creating = true;
        plugin_ = entry.create(descriptor_.id, host.raw());
        host.is_creating = false;
    }
    fake_instance(const fake_instance&) = delete;
    fake_instance& operator=(const fake_instance&) = delete;
    /// Stops it first where that was not done.
    ~fake_instance() {
        if (is_running() && !is_stop_asked_) {
            stop();
        }
        host.is_work_held = false;
        host.settle();
        plugin_->destroy(plugin_);
    }

    tactus_plugin* plugin() const { return plugin_; }
    const tactus_descriptor& descriptor() const { return descriptor_; }
    bool is_running() const { return host.is_started && !host.stopped.has_value(); }

    tactus_status configure() { return plugin_->configure(plugin_, &config.raw()); }
    /// configure and start, then all that is owed.
    tactus_status start() {
        const tactus_status configured = configure();
        if (configured != TACTUS_OK) {
            return configured;
        }
        const tactus_status status = start_only();
        host.settle();
        return status;
    }
    tactus_status start_only() {
        const tactus_status status = plugin_->start(plugin_);
        host.is_started = status == TACTUS_OK;
        return status;
    }
    void stop() {
        is_stop_asked_ = true;
        plugin_->stop(plugin_);
        host.settle();
    }

    template <class Table>
    const Table* interface(const char* id) const {
        return static_cast<const Table*>(plugin_->get_interface(plugin_, id));
    }

    /// An output is handed one event, which is due.
    tactus_status send_one(std::uint16_t protocol, std::span<const std::uint8_t> bytes,
                           std::uint32_t port, std::uint16_t flags = 0) {
        tactus_event event{};
        event.bytes = bytes.data();
        event.size = static_cast<std::uint32_t>(bytes.size());
        event.protocol = protocol;
        event.port = port;
        event.flags = flags;
        const tactus_batch batch{sizeof batch, 1, sizeof event, 0, &event};
        std::uint32_t accepted = 0;
        return interface<tactus_output_0>(TACTUS_OUTPUT_0)->send(plugin_, &batch, &accepted);
    }

    fake_host host;

private:
    static const tactus_descriptor& find(const tactus_entry& entry, std::string_view id) {
        for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
            if (id == entry.descriptors[i]->id) {
                return *entry.descriptors[i];
            }
        }
        throw std::invalid_argument("no such plugin: " + std::string(id));
    }

    const tactus_descriptor& descriptor_;
    tactus_plugin* plugin_ = nullptr;
    bool is_stop_asked_ = false;

public:
    fake_config config; // by the descriptor's table
};

} // namespace tactus::testing

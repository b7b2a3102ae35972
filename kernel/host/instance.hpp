// SPDX-License-Identifier: MIT
// One instance of a plugin, from create to destroy: the plugin's object and the tactus_host that it
// was given. It calls the plugin through its life and keeps track of how far it has come. A
// supervisor makes a new one when this one has failed.
//
//   create -> configure -> start -> stop -> stopped() -> quiet -> destroy
//                                     cut off -> its thread returns -> stop, if not asked before
//
// The plugin's resources of the host meanwhile: instance_resources. Threads: loop.
#pragma once

#include "kernel/host/instance_resources.hpp"

#include <tactus/tactus.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace tactus::host {

class outcome_report;

class instance {
public:
    // `ended` is called, in a later phase of the loop, after the plugin has called stopped(status).
    instance(const host_services& services, instance_id who,
             std::function<void(tactus_status)> ended);
    instance(const instance&) = delete;
    instance& operator=(const instance&) = delete;
    ~instance(); // after is_quiet, or never

    // Before start.
    void watch_stalls(stall_callback by) { stall_ = std::move(by); }
    // Errors: the text from set_error, or a generic one if the call failed without a text.
    [[nodiscard]] result<void> create(const tactus_entry& entry,
                                      const tactus_descriptor& descriptor);
    [[nodiscard]] result<void> configure(const tactus_config& config);
    [[nodiscard]] result<void> start();
    void stop() noexcept;
    // The plugin has called stopped; also to be called for an instance that did not start.
    void said_stopped(tactus_status status) noexcept;
    // Nothing is pending, posted or running: it can be destroyed.
    [[nodiscard]] bool is_quiet() const noexcept { return resources_.is_quiet(); }
    void destroy() noexcept;

    // Cut off: the flow no longer knows the instance, and its thread is left behind. Keep it while
    // that thread hangs and until wind_down returns true. The last work of the instance in its
    // worker runs after that thread has returned.
    void quarantine(flow::dropped reason) noexcept;
    // The loop ends, and it has not: a thread that does its last work is left behind, too.
    void leave_behind() noexcept { resources_.worker().abandon(); }
    // Cut off, and its thread has not returned, or the one that does its last work has not.
    [[nodiscard]] bool hangs() const noexcept { return resources_.worker().hangs(); }
    // To be called periodically once the instance is cut off. Asks it to stop if it no longer
    // hangs. Returns true once all of it has ended and it can be destroyed.
    [[nodiscard]] bool wind_down() noexcept;

    [[nodiscard]] const void* plugin_interface(const char* id) const noexcept;
    // The first argument of such an interface's functions.
    [[nodiscard]] tactus_plugin* plugin_object() const noexcept { return plugin_; }
    [[nodiscard]] instance_resources& resources() noexcept { return resources_; }
    [[nodiscard]] const instance_resources& resources() const noexcept { return resources_; }
    [[nodiscard]] const plugin_error& last_error() const noexcept {
        return resources_.last_error();
    }
    // Calls that held the loop up.
    [[nodiscard]] const call_totals& calls() const noexcept { return resources_.watch().totals(); }
    [[nodiscard]] const base::connection_counts& connections() const noexcept {
        return resources_.sockets().connections();
    }

    // Its start function was called: before that there is nothing to stop.
    [[nodiscard]] bool has_begun() const noexcept { return has_begun_; }

    // The reports of a thread of the plugin's own, by the functions below. Threads: any.
    [[nodiscard]] foreign_reports& reports() noexcept { return reports_; }
    [[nodiscard]] bool has_stopped() const noexcept { return has_stopped_; }

    // For the functions in a tactus_host.
    [[nodiscard]] static instance& of(const tactus_host* host) noexcept {
        return *static_cast<instance*>(host->impl);
    }

private:
    void close() noexcept;
    void take_reports() noexcept;
    [[nodiscard]] unexpected<error> explain(tactus_status status, const char* what);

    instance_resources resources_;
    foreign_reports reports_;
    std::function<void(tactus_status)> ended_;
    tactus_host host_{};
    tactus_plugin* plugin_ = nullptr;
    const tactus_output_0* output_ = nullptr;
    stall_callback stall_;
    std::unique_ptr<outcome_report> outcomes_; // nullptr: the plugin wants no outcomes
    coro::deferred stopped_;
    tactus_status stopped_status_ = TACTUS_OK;
    bool has_begun_ = false;
    bool has_stopped_ = false;
    bool was_asked_to_stop_ = false;
    bool has_returned_ = false;  // its thread did, after it was cut off
    bool has_come_back_ = false; // and the work that waited for that runs
};

// For the functions in the tables of interfaces.
[[nodiscard]] inline instance_resources& resources_of(const tactus_host* host) noexcept {
    return instance::of(host).resources();
}

} // namespace tactus::host

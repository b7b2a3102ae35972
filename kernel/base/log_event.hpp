// SPDX-License-Identifier: MIT
// The kinds of lines in the log. Each line of the daemon is of one of them; its name is the value
// of `event_id` in JSON and of TACTUS_EVENT_ID in the journal. The names are a public interface:
// config/log.md explains each of them, and a name that was released keeps its meaning.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tactus::base {

// clang-format off
#define TACTUS_LOG_EVENTS(X) \
    X(as_impossible) X(call_held) X(call_slow) X(client_plays) X(clock_stepped) X(config_fault) \
    X(config_faults_hidden) X(config_refused) X(config_reloaded) X(connection_refused) \
    X(control_off) X(control_request) X(daemon_running) X(daemon_stopped) X(daemon_stopping) \
    X(event_failed) X(feedback_loop) X(input_loss) X(instance_cut_off) X(instance_down) \
    X(instance_ended) X(instance_unused) X(log_lost) X(log_suppressed) X(loop_busy) \
    X(machine_resumed) X(multicast_group) X(notes_may_sound) X(notes_recovered) X(notes_unknown) \
    X(osc_refused) X(output_full) X(output_loss) X(output_slow_to_silence) X(output_unfit) \
    X(output_unfit_others_fit) X(page_failed) X(page_refused) X(plugin) X(port_down) X(port_up) \
    X(restore_ignored) X(restore_off) X(service_variable_ignored) X(signal_restored) \
    X(sounding_ignored) X(sounding_off) X(start_failed) X(stop_unanswered) \
    X(systemd_unreachable) X(watchdog_not_fed) X(work_held)

enum class log_event : std::uint8_t {
#define TACTUS_LOG_EVENT(name) name,
    TACTUS_LOG_EVENTS(TACTUS_LOG_EVENT)
#undef TACTUS_LOG_EVENT
};

inline constexpr auto log_event_ids = std::to_array<std::string_view>({
#define TACTUS_LOG_EVENT(name) #name,
    TACTUS_LOG_EVENTS(TACTUS_LOG_EVENT)
#undef TACTUS_LOG_EVENT
});
// clang-format on
#undef TACTUS_LOG_EVENTS

[[nodiscard]] constexpr std::string_view id_of(log_event event) noexcept {
    return log_event_ids[static_cast<std::size_t>(event)];
}

} // namespace tactus::base

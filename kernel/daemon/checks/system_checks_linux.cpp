// SPDX-License-Identifier: MIT
#include "kernel/daemon/checks/system_checks.hpp"
#include "kernel/loop/realtime.hpp"

#include <fstream>
#include <grp.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>

namespace tactus::daemon {
namespace {

constexpr const char* join_audio = "sudo usermod -aG audio \"$USER\"";
constexpr const char* log_in_again = "   # and log in again";

bool is_root() noexcept {
    return ::geteuid() == 0;
}

rlim_t limit_of(__rlimit_resource which) noexcept {
    rlimit limit{};
    return ::getrlimit(which, &limit) == 0 ? limit.rlim_cur : 0;
}

bool is_in_group(gid_t wanted) {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    groups.push_back(::getegid());
    return std::find(groups.begin(), groups.end(), wanted) != groups.end();
}

audio_group find_audio_group() {
    const group* const audio = ::getgrnam("audio");
    if (audio == nullptr) {
        return audio_group::missing;
    }
    return is_in_group(audio->gr_gid) ? audio_group::member : audio_group::stranger;
}

finding check_realtime(audio_group group) {
    const rlim_t limit = limit_of(RLIMIT_RTPRIO);
    finding found{"real time", is_root() || limit >= loop::realtime_priority, {}, {}};
    if (found.is_good) {
        found.what = "Real-time scheduling is permitted.";
        return found;
    }
    found.what = "Real-time scheduling is not permitted (the limit on priority is " +
                 std::to_string(limit) +
                 "); events are late while other programs use the processors.";
    found.fix = limit_fix(group, "rtprio 40", "LimitRTPRIO=40");
    return found;
}

finding check_memlock(audio_group group) {
    const bool is_unlimited = limit_of(RLIMIT_MEMLOCK) == RLIM_INFINITY;
    finding found{"memory", is_root() || is_unlimited, {}, {}};
    if (found.is_good) {
        found.what = "Memory may be locked; therefore no event waits for a page from disk.";
        return found;
    }
    found.what = "Memory may not be locked; an event may wait for a page from disk.";
    found.fix = limit_fix(group, "memlock unlimited", "LimitMEMLOCK=infinity");
    return found;
}

finding check_governor() {
    std::ifstream file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    std::string governor;
    if (!(file >> governor)) {
        return {"processor", true, "This system does not control its frequency.", {}};
    }
    if (governor == "performance") {
        return {"processor", true, "It runs at full speed (governor performance).", {}};
    }
    return {"processor", false,
            "Its governor is " + governor + "; it slows down while idle and wakes late.",
            "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"};
}

finding check_devices(audio_group group) {
    if (::access("/dev/snd", F_OK) != 0) {
        return {"MIDI devices",
                true,
                "This machine has no ALSA devices (/dev/snd does not exist).",
                {}};
    }
    if (is_root() || group != audio_group::stranger) {
        return {"MIDI devices", true, "You may use the devices in /dev/snd.", {}};
    }
    return {"MIDI devices", false, "You are not in the group audio, which owns /dev/snd.",
            std::string(join_audio) + log_in_again};
}

finding check_clock() {
    timex state{};
    const int answer = ::adjtimex(&state);
    if (answer == -1) {
        return {"clock", true, "This process cannot read whether the clock is synchronised.", {}};
    }
    if (answer == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
        return {"clock", false,
                "The clock is not synchronised; time tags of other machines are off by its error.",
                "sudo timedatectl set-ntp true"};
    }
    return {"clock", true, "The clock is synchronised.", {}};
}

} // namespace

std::string limit_fix(audio_group group, const std::string& item, const std::string& unit_line) {
    const std::string who = group == audio_group::missing ? "$USER" : "@audio";
    return (group == audio_group::stranger ? std::string(join_audio) + " && " : "") + "echo \"" +
           who + " - " + item + "\" | sudo tee -a /etc/security/limits.d/tactus.conf" +
           log_in_again + "; in a systemd unit: " + unit_line;
}

std::vector<finding> check_system() {
    const audio_group group = find_audio_group();
    return {check_realtime(group), check_memlock(group), check_governor(), check_devices(group),
            check_clock()};
}

} // namespace tactus::daemon

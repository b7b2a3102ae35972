// SPDX-License-Identifier: MIT
#include <tactus/testhost/script.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tactus::testing {
namespace {

constexpr std::array calls_there_are = std::to_array<std::string_view>({"emit",
                                                                        "emit.cancel",
                                                                        "emit.end_sender",
                                                                        "emit.end_with_instance",
                                                                        "emit.panic",
                                                                        "emit.reject",
                                                                        "fd.wait",
                                                                        "metrics.create",
                                                                        "ports.add",
                                                                        "ports.remove",
                                                                        "ports.resolve",
                                                                        "ports.update",
                                                                        "post",
                                                                        "stream.accept",
                                                                        "stream.adopt",
                                                                        "stream.close",
                                                                        "stream.connect",
                                                                        "stream.ended",
                                                                        "stream.listen",
                                                                        "stream.local",
                                                                        "stream.peer",
                                                                        "stream.read",
                                                                        "stream.refuse",
                                                                        "stream.resolve",
                                                                        "stream.send",
                                                                        "stream.shutdown",
                                                                        "stream.stream_writable",
                                                                        "stream.write",
                                                                        "timer",
                                                                        "udp.close",
                                                                        "udp.local",
                                                                        "udp.open",
                                                                        "udp.parse",
                                                                        "udp.recv",
                                                                        "udp.send",
                                                                        "udp.writable",
                                                                        "wait_writable",
                                                                        "work"});

} // namespace

void answer_script::refuse_by(answer by) {
    const std::lock_guard lock(mutex_);
    refuse = std::move(by);
}

tactus_status answer_script::answer_to(const char* call) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = calls++;
    const auto wanted = failing.find(call);
    if (wanted != failing.end()) {
        return wanted->second;
    }
    return refuse ? refuse(call, number) : TACTUS_OK;
}

void answer_script::find_unknown_calls(breach_list& to) const {
    for (const auto& [call, status] : failing) {
        if (std::find(calls_there_are.begin(), calls_there_are.end(), call) ==
            calls_there_are.end()) {
            to.breach("the test lets \"" + call + "\" fail, and there is no such call");
        }
    }
}

} // namespace tactus::testing

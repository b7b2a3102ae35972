// SPDX-License-Identifier: MIT
// What a test may get wrong about a test_host, which would be silence otherwise.
#include <tactus/testhost/host.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
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
constexpr std::array kinds_of_op = std::to_array<std::string_view>(
    {"timer", "fd", "work", "emit", "recv", "writable", "resolve", "accept", "connect", "read",
     "write", "stream_writable", "shutdown", "ended"});

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

void test_host::require_kind(std::string_view kind) {
    if (!is_one_of(kinds_of_op, kind)) {
        throw std::invalid_argument("no op is of the kind \"" + std::string(kind) + "\"");
    }
}

void breach_list::breach(std::string what) {
    const std::lock_guard lock(mutex_);
    breaches.push_back(std::move(what));
}

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
        if (!is_one_of(calls_there_are, call)) {
            to.breach("the test lets \"" + call + "\" fail, and there is no such call");
        }
    }
}

} // namespace tactus::testing

// SPDX-License-Identifier: MIT
#include "call_gate.hpp"

namespace tactus::testing {

tactus_status call_gate::enter(const char* call) {
    if (!is_on_loop()) {
        breach(std::string(call) + " was called from another thread than the loop's");
        return TACTUS_E_WRONG_THREAD;
    }
    if (life_.is_creating) {
        breach(std::string(call) + " was called inside create()");
    }
    if (life_.stopped.has_value()) {
        breach(std::string(call) + " was called after stopped()");
    }
    return answer_to(call);
}

} // namespace tactus::testing

// SPDX-License-Identifier: MIT
#include "error_report.hpp"

namespace tactus::testing {

tactus_status error_report::set(tactus_status status, std::string key, std::string text) {
    if (status >= 0) {
        gate_.breach("set_error was called with a status that is no error");
        return TACTUS_E_INVALID;
    }
    const auto take = [this, key = std::move(key), text = std::move(text)] {
        report_.error_key = key;
        report_.error_text = text;
    };
    if (gate_.is_on_loop()) {
        take();
        return TACTUS_OK;
    }
    return gate_.has_begun() && posts_.defer(take) ? TACTUS_OK : TACTUS_E_CLOSED;
}

} // namespace tactus::testing

// SPDX-License-Identifier: MIT
#include "instance_end.hpp"

namespace tactus::testing {

tactus_status instance_end::take(tactus_status status) {
    if (!gate_.is_on_loop()) {
        return take_from_thread(status);
    }
    if (from_thread_.has_value()) {
        return TACTUS_E_CLOSED;
    }
    if (life_.stopped.has_value()) {
        gate_.breach("stopped() was called twice");
    }
    if (!life_.is_started) {
        gate_.breach("stopped() was called before start() had returned");
    }
    if (!ops_.empty()) {
        gate_.breach("stopped() was called with an op pending: " + ops_.first_kind());
    }
    note(status);
    return TACTUS_OK;
}

tactus_status instance_end::take_from_thread(tactus_status status) {
    const auto end = [this, status] {
        if (!life_.stopped.has_value() && !from_thread_.has_value()) {
            from_thread_ = status;
            ops_.close();
        }
    };
    return gate_.has_begun() && posts_.defer(end) ? TACTUS_OK : TACTUS_E_CLOSED;
}

void instance_end::finish() {
    if (from_thread_.has_value() && ops_.empty() && !life_.stopped.has_value()) {
        note(*from_thread_);
    }
}

void instance_end::note(tactus_status status) {
    life_.stopped = status;
    posts_.close();
}

} // namespace tactus::testing

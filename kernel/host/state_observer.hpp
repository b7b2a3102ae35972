// SPDX-License-Identifier: MIT
// Is told that an input or output, or one of its ports, has come up or gone down. Threads: loop.
#pragma once

namespace tactus::host {

class state_observer {
public:
    state_observer() = default;
    state_observer(const state_observer&) = delete;
    state_observer& operator=(const state_observer&) = delete;
    virtual ~state_observer() = default;

    // The observer asks for the change later, never inside this call.
    virtual void state_changed() noexcept = 0;
};

} // namespace tactus::host

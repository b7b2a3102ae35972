// SPDX-License-Identifier: MIT
// `tactus run --show`: on the terminal, what is sent where, and how late; for a first look and for
// finding out why nothing sounds.
#pragma once

#include "kernel/daemon/daemon.hpp"

namespace tactus::cli {

class live_view final : public daemon::watcher {
public:
    explicit live_view(daemon::daemon& shown) : shown_(shown) {}

private:
    daemon::daemon& shown_;
};

} // namespace tactus::cli

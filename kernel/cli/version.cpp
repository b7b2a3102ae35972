// SPDX-License-Identifier: MIT
// `tactus version`.
#include "kernel/daemon/version.hpp"

#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"

#include <tactus/abi.h>

#include <cstdio>

namespace tactus::cli {

int version(const list_options& options) {
    if (options.json) {
        std::printf(
            "{\"version\":\"%s\",\"revision\":\"%s\",\"compiler\":\"%s\",\"abi\":\"0.%u\"}\n",
            daemon::version, daemon::revision, daemon::compiler, TACTUS_ABI_MINOR);
    } else {
        std::printf("tactus %s (%s, %s, SDK ABI 0.%u)\n", daemon::version, daemon::revision,
                    daemon::compiler, TACTUS_ABI_MINOR);
    }
    return exit_ok;
}

} // namespace tactus::cli

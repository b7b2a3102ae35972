// SPDX-License-Identifier: MIT
// `tactus version`.
#include "kernel/daemon/process/version.hpp"

#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"

#include <tactus/abi.h>
#include <tactus/cpp/json_writer.hpp>

#include <cstdio>
#include <string>

namespace tactus::cli {

int version(const list_options& options) {
    if (options.json) {
        std::string out;
        json_writer json(out);
        json.begin_object().member("version", daemon::version);
        json.member("revision", daemon::revision).member("compiler", daemon::compiler);
        json.member("abi", "0." + std::to_string(TACTUS_ABI_MINOR)).end_object();
        std::printf("%s\n", out.c_str());
    } else {
        std::printf("tactus %s (%s, %s, SDK ABI 0.%u)\n", daemon::version, daemon::revision,
                    daemon::compiler, TACTUS_ABI_MINOR);
    }
    return exit_ok;
}

} // namespace tactus::cli

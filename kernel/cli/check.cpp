// SPDX-License-Identifier: MIT
// `tactus check FILE`: everything that is wrong with a configuration.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/load.hpp"

#include <cstdio>

namespace tactus::cli {

int check(const check_options& options) {
    host::catalog catalog(host::plugin_folders());
    const checked file = load(options.file, catalog);
    if (options.json) {
        std::printf("%s\n", config::render_json(file.found, file.source).c_str());
    } else {
        std::fputs(config::render(file.found, file.source, "nothing was started").c_str(), stderr);
        if (file.daemon != nullptr) {
            const config::settings& settings = file.daemon->settings();
            std::printf("%s is in order: %zu inputs, %zu outputs, %zu routes\n",
                        options.file.c_str(), settings.inputs.size(), settings.outputs.size(),
                        settings.routes.size());
        }
    }
    return file.daemon != nullptr ? exit_ok : exit_config;
}

} // namespace tactus::cli

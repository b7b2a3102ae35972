// SPDX-License-Identifier: MIT
// `tactus check FILE`: everything that is wrong with a configuration.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/load.hpp"
#include "kernel/config/sysex_reach.hpp"
#include "kernel/config/text.hpp"

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
            std::printf("%s is in order: %s, %s, %s\n", options.file.c_str(),
                        config::counted(settings.inputs.size(), "input").c_str(),
                        config::counted(settings.outputs.size(), "output").c_str(),
                        config::counted(settings.routes.size(), "route").c_str());
            for (const std::string& sentence : config::sysex_reach(settings)) {
                std::printf("  %s\n", sentence.c_str());
            }
        }
    }
    return file.daemon != nullptr ? exit_ok : exit_config;
}

} // namespace tactus::cli

// SPDX-License-Identifier: MIT
#include "kernel/daemon/reports/file_warnings.hpp"

#include "kernel/config/text.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

namespace tactus::daemon {
namespace {

// Throws only std::bad_alloc.
void log_one(base::log& log, const config::diagnostic& one, const std::string& file) {
    std::vector<base::log_field> with = {base::kv("file", file)};
    if (one.where.line > 0) {
        with.push_back(base::kv("line", one.where.line));
        with.push_back(base::kv("column", one.where.column));
    }
    if (!one.hint.empty()) {
        with.push_back(base::kv("hint", one.hint));
    }
    if (!one.help.empty()) {
        with.push_back(base::kv("help", one.help));
    }
    log.write(one.level == config::severity::error ? base::log_level::error
                                                   : base::log_level::warning,
              base::log_event::config_fault, "In the configuration: " + one.message + ".", with);
}

} // namespace

void log_found(base::log& log, std::span<const config::diagnostic> all,
               std::span<const config::source_text> sources) noexcept {
    const std::size_t shown = std::min(all.size(), config::diagnostics_shown_max);
    try {
        for (std::size_t i = 0; i < shown; ++i) {
            log_one(log, all[i], sources[all[i].where.source].path);
        }
        if (shown < all.size()) {
            log.warning(base::log_event::config_faults_hidden,
                        "The configuration has more errors or warnings; `tactus check` lists them.",
                        {base::kv("count", all.size() - shown)});
        }
    } catch (const std::bad_alloc&) {
        return; // warnings stop nothing; therefore failing to log them is harmless
    }
}

} // namespace tactus::daemon

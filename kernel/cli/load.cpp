// SPDX-License-Identifier: MIT
#include "kernel/cli/load.hpp"

#include <algorithm>
#include <utility>

namespace tactus::cli {
namespace {

config::plugin_types types_of(host::catalog& catalog) {
    config::plugin_types types;
    types.find = [&catalog](std::uint32_t kind, std::string_view type,
                            std::string& why_not) -> const tactus_descriptor* {
        const result<host::found_plugin> found = catalog.find(kind, type);
        if (!found) {
            if (found.error().kind != error_kind::not_found) {
                why_not = found.error().text;
            }
            return nullptr;
        }
        return found->descriptor;
    };
    types.input_types = catalog.types(TACTUS_KIND_INPUT);
    types.output_types = catalog.types(TACTUS_KIND_OUTPUT);
    return types;
}

} // namespace

checked load(const std::string& file, host::catalog& catalog) {
    checked answer;
    result<config::loaded, config::refused> read = config::load_file(file, types_of(catalog));
    if (!read) {
        answer.source = read.error().source;
        answer.found = read.error().found;
        return answer;
    }
    answer.source = read->source;
    answer.found = read->warnings;
    result<std::unique_ptr<daemon::daemon>> made = daemon::daemon::make(std::move(*read), catalog);
    if (!made) {
        config::diagnostic all;
        all.message = made.error().text;
        answer.found.push_back(all);
        return answer;
    }
    std::vector<config::diagnostic> said = (*made)->check_plugins();
    const bool is_good = said.empty();
    std::move(said.begin(), said.end(), std::back_inserter(answer.found));
    std::stable_sort(
        answer.found.begin(), answer.found.end(),
        [](const config::diagnostic& a, const config::diagnostic& b) { return a.where < b.where; });
    if (is_good) {
        answer.daemon = std::move(*made);
    }
    return answer;
}

} // namespace tactus::cli

// SPDX-License-Identifier: MIT
#include "kernel/cli/load.hpp"

#include "kernel/config/show.hpp"
#include "kernel/daemon/checks/plugin_check.hpp"
#include "kernel/host/loading/own_folder.hpp"

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
            why_not = found.error().kind == error_kind::not_found ? catalog.misnamed(kind, type)
                                                                  : found.error().text;
            return nullptr;
        }
        return found->descriptor;
    };
    types.all = [&catalog](std::uint32_t kind) { return catalog.types(kind); };
    types.folders = catalog.folders();
    types.trust = [&catalog](bool trusts_any) { catalog.trust_any(trusts_any); };
    return types;
}

// An unknown type may be one in a folder that was not searched.
void add_missing_folder(std::vector<config::diagnostic>& found) {
    if (const std::string why = host::why_no_own_folder(); !why.empty()) {
        config::diagnostic what{
            {}, "the folder beside the program was not searched for plugins: " + why};
        what.help = "add it to TACTUS_PLUGIN_PATH";
        what.level = config::severity::warning;
        found.insert(found.begin(), std::move(what));
    }
}

checked make(result<config::loaded, config::refused> read, host::catalog& catalog,
             const std::function<void(config::settings&)>& change,
             daemon::unreadable_file unreadable = daemon::unreadable_file::is_error) {
    checked answer;
    answer.log = read ? read->settings.log : read.error().settings.log;
    answer.sources = read ? read->sources : read.error().sources;
    answer.found = read ? read->warnings : read.error().found;
    const std::vector<config::diagnostic> said =
        daemon::check_plugins(read ? read->settings : read.error().settings, catalog, unreadable);
    answer.found.insert(answer.found.end(), said.begin(), said.end());
    std::stable_sort(
        answer.found.begin(), answer.found.end(),
        [](const config::diagnostic& a, const config::diagnostic& b) { return a.where < b.where; });
    const bool has_errors = std::any_of(said.begin(), said.end(), [](const auto& each) {
        return each.level == config::severity::error;
    });
    if (!read || has_errors) {
        add_missing_folder(answer.found);
        return answer;
    }
    if (change) {
        change(read->settings);
    }
    result<std::unique_ptr<daemon::daemon>> made = daemon::daemon::make(std::move(*read), catalog);
    if (made) {
        answer.daemon = std::move(*made);
    } else {
        answer.lacks_memory = made.error().kind == error_kind::limit;
        answer.found.push_back({{}, made.error().text});
    }
    return answer;
}

} // namespace

checked load(const config::source_list& list, host::catalog& catalog, bool wants_shown,
             const std::function<void(config::settings&)>& change,
             daemon::unreadable_file unreadable) {
    const config::plugin_types types = types_of(catalog);
    config::node merged;
    checked answer = make(config::load(list, types, wants_shown ? &merged : nullptr), catalog,
                          change, unreadable);
    if (answer.daemon != nullptr) {
        answer.shown = wants_shown ? config::show(merged, answer.sources, types) : "";
        answer.daemon->read_again_with(
            [list, types = types_of(catalog)] { return config::load(list, types); });
    }
    return answer;
}

checked load_outputs(std::string text, std::string path, host::catalog& catalog,
                     const std::function<void(config::settings&)>& change) {
    return make(config::load_outputs(std::move(text), std::move(path), types_of(catalog)), catalog,
                change);
}

} // namespace tactus::cli

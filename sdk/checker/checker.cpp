// SPDX-License-Identifier: MIT
#include "checker.hpp"

#include "check_case.hpp"
#include "check_process.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>

namespace tactus::checker {
namespace {

// A plugin that hangs in so many tests hangs in most: the rest would take minutes.
constexpr int timeouts_max = 2;

struct described {
    std::string id;
    std::uint32_t kinds;
};

class run_of_checks {
public:
    run_of_checks(const check_options& options,
                  const std::function<void(const check_result&)>& tell)
        : options_(options), tell_(tell) {}

    std::vector<check_result> run() {
        run_all("", 0, file_cases().first(1)); // whether it loads
        if (is_known_bad()) {
            return std::move(results_);
        }
        run_all("", 0, file_cases().subspan(1));
        if (is_known_bad()) {
            return std::move(results_);
        }
        run_all("", 0, table_cases());
        run_all("", 0, late_file_cases());
        const std::vector<described> all = is_known_bad() ? std::vector<described>{} : list();
        for (const described& each : all) {
            timeouts_ = 0;
            failed_.clear();
            for (const auto cases :
                 {life_cases(), time_cases(), long_life_cases(), operation_cases(), refusal_cases(),
                  input_cases(), output_cases(), process_cases()}) {
                run_all(each.id, each.kinds, cases);
            }
        }
        return std::move(results_);
    }

private:
    // Without a sound entry and sound tables nothing else can be tested.
    bool is_known_bad() const {
        constexpr std::array vital{"file-loads",       "entry",        "descriptor-sizes",
                                   "descriptor-texts", "option-types", "option-keys",
                                   "option-values"};
        return std::any_of(results_.begin(), results_.end(), [&](const check_result& each) {
            return each.outcome == verdict::failed &&
                   std::find(vital.begin(), vital.end(), each.test) != vital.end();
        });
    }

    std::vector<described> list() const {
        const auto tell_ids = [this] {
            subject plugin(options_, "", &note_call);
            const tactus_entry& entry = plugin.entry();
            for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
                tell_parent(std::to_string(entry.descriptors[i]->kinds) + " " +
                            entry.descriptors[i]->id + "\n");
            }
        };
        std::istringstream told(run_apart(tell_ids, options_.limit_s).told);
        std::vector<described> all;
        for (described each; told >> each.kinds >> each.id;) {
            all.push_back(each);
        }
        return all;
    }

    static bool is_vital(const check_case& each) {
        constexpr std::array<std::string_view, 3> vital{"create", "configure", "start-and-stop"};
        return std::find(vital.begin(), vital.end(), each.name) != vital.end();
    }

    static bool applies(const check_case& each, std::uint32_t kinds) {
        switch (each.of) {
        case scope::input:
            return (kinds & TACTUS_KIND_INPUT) != 0;
        case scope::output:
            return (kinds & TACTUS_KIND_OUTPUT) != 0;
        default:
            return true;
        }
    }

    void run_all(const std::string& id, std::uint32_t kinds, std::span<const check_case> cases) {
        for (const check_case& each : cases) {
            const bool is_wanted =
                std::string_view(each.name).find(options_.only) != std::string_view::npos;
            // The file's tests are quick, and the others stand on them.
            if ((is_wanted || each.of == scope::file) && applies(each, kinds)) {
                run_one(id, each, is_wanted);
            }
        }
    }

    void run_one(const std::string& id, const check_case& each, bool is_wanted) {
        check_result result{id, each.name, verdict::skipped, "", 0};
        const auto begin = std::chrono::steady_clock::now();
        if (timeouts_ >= timeouts_max) {
            result.why = "It hung in tests before.";
        } else if (!failed_.empty()) {
            result.why = "It failed in " + failed_ + ".";
        } else {
            const auto body = [&] {
                subject plugin(options_, id, &note_call);
                each.body(plugin);
            };
            const ended how = run_apart(body, options_.limit_s);
            result.outcome = how.outcome;
            result.why = how.why;
            timeouts_ += how.is_timeout ? 1 : 0;
            failed_ = how.outcome == verdict::failed && is_vital(each) ? each.name : "";
        }
        result.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        if (!is_wanted && result.outcome != verdict::failed) {
            return;
        }
        tell_(result);
        results_.push_back(std::move(result));
    }

    const check_options& options_;
    const std::function<void(const check_result&)>& tell_;
    std::vector<check_result> results_;
    int timeouts_ = 0;
    std::string failed_; // the test of this descriptor without which the others say nothing
};

} // namespace

std::vector<check_result> check_plugin(const check_options& options,
                                       const std::function<void(const check_result&)>& tell) {
    return run_of_checks(options, tell).run();
}

std::string setting_fault(const check_options& options) {
    if (options.settings.empty()) {
        return "";
    }
    const auto tell_keys = [&] {
        subject plugin(options, "", &note_call);
        const tactus_entry& entry = plugin.entry();
        for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
            tell_parent(plugin.option_keys(*entry.descriptors[i]));
        }
        tell_parent("."); // it came to the end
    };
    const std::string keys = run_apart(tell_keys, options.limit_s).told;
    if (!keys.ends_with('.')) {
        return ""; // the tests find out why
    }
    std::string all;
    std::istringstream words(keys);
    for (std::string key; words >> key;) {
        all += key == "." ? "" : (all.empty() ? "" : ", ") + key;
    }
    for (const setting& each : options.settings) {
        if ((" " + keys).find(" " + each.key + " ") == std::string::npos) {
            return "the plugin has no option \"" + each.key + "\". " +
                   (all.empty() ? "It has none." : "It has: " + all + ".");
        }
    }
    const auto tell_faults = [&] {
        subject plugin(options, "", &note_call);
        const tactus_entry& entry = plugin.entry();
        for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
            if (const std::string why = plugin.setting_fault(*entry.descriptors[i]); !why.empty()) {
                tell_parent(why);
                return;
            }
        }
    };
    return run_apart(tell_faults, options.limit_s).told;
}

std::vector<check_info> all_checks() {
    std::vector<check_info> all;
    for (const auto cases : {file_cases(), table_cases(), late_file_cases(), life_cases(),
                             time_cases(), long_life_cases(), operation_cases(), refusal_cases(),
                             input_cases(), output_cases(), process_cases()}) {
        for (const check_case& each : cases) {
            all.push_back({each.name, each.doc});
        }
    }
    return all;
}

bool is_good(std::span<const check_result> results) {
    return std::none_of(results.begin(), results.end(),
                        [](const check_result& each) { return each.outcome == verdict::failed; });
}

} // namespace tactus::checker

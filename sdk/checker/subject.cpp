// SPDX-License-Identifier: MIT
#include "subject.hpp"

#include "check_process.hpp"
#include "option_value.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include <dlfcn.h>

namespace tactus::checker {
namespace {

// Each life of a plugin whose work() lasts until its stop takes so long, and there are hundreds.
constexpr std::chrono::milliseconds work_patience{20};
// For stopped(), while a thread of the plugin's may lead to it.
constexpr double stop_patience_max_s = 10;

const tactus_option& at(const tactus_option* options, std::uint32_t stride, std::uint32_t i) {
    const auto* const bytes = reinterpret_cast<const char*>(options) + std::size_t{i} * stride;
    return *reinterpret_cast<const tactus_option*>(bytes);
}

} // namespace

void fail(const std::string& why) {
    note_failure(why);
    throw check_failure(why);
}

std::string value_for(const tactus_option& option) {
    const std::string least = option.min_toml != nullptr ? option.min_toml : "";
    switch (option.type) {
    case TACTUS_OPT_BOOL:
        return "true";
    case TACTUS_OPT_INT:
    case TACTUS_OPT_FLOAT:
        return least.empty() ? "1" : least;
    case TACTUS_OPT_DURATION:
        return least.empty() ? "\"10ms\"" : least;
    case TACTUS_OPT_BYTES:
        return least.empty() ? "\"4KiB\"" : least;
    case TACTUS_OPT_RATE:
        return least.empty() ? "\"100/s\"" : least;
    case TACTUS_OPT_CHOICE:
        return "\"" + std::string(option.choices[0]) + "\"";
    case TACTUS_OPT_ENDPOINT: {
        const std::string scheme = option.choices != nullptr ? option.choices[0] : "udp";
        const bool is_path = scheme.starts_with("unix");
        return "\"" + scheme +
               (is_path ? "://"
                          "/run/check.sock\""
                        : "://"
                          "127.0.0.1:9000\"");
    }
    default:
        return "\"check\"";
    }
}

const tactus_entry& subject::entry() {
    if (entry_ == nullptr) {
        note_call("the loading of the file");
        void* const image = ::dlopen(path().c_str(), RTLD_NOW | RTLD_LOCAL);
        const char* const reason = image == nullptr ? ::dlerror() : "";
        note_call(nullptr);
        require(image != nullptr, std::string("It cannot be loaded: ") + reason + ".");
        entry_ = static_cast<const tactus_entry*>(::dlsym(image, "tactus_entry_v0"));
        require(entry_ != nullptr, "It exports no tactus_entry_v0.");
    }
    return *entry_;
}

const tactus_descriptor& subject::descriptor() {
    const tactus_entry& all = entry();
    for (std::uint32_t i = 0; i < all.n_descriptors; ++i) {
        if (id_ == all.descriptors[i]->id) {
            return *all.descriptors[i];
        }
    }
    fail("It has no descriptor \"" + id_ + "\" any more.");
}

std::string subject::option_keys(const tactus_descriptor& of) {
    std::string keys;
    for (std::uint32_t i = 0; i < of.n_options; ++i) {
        keys += std::string(at(of.options, of.option_size, i).key) + " ";
    }
    return keys;
}

std::string subject::setting_fault(const tactus_descriptor& of) const {
    if (!options_fault(of).empty()) {
        return ""; // the tests tell
    }
    for (const setting& each : options_.settings) {
        for (std::uint32_t i = 0; i < of.n_options; ++i) {
            const tactus_option& option = at(of.options, of.option_size, i);
            const std::string fault =
                each.key == option.key ? given_value_fault(of, option, each.toml) : "";
            if (!fault.empty()) {
                return "the value of --set " + each.key + "=" + each.toml + " " + fault + ".";
            }
        }
    }
    return "";
}

void subject::set_required(testing::test_config& to, const tactus_option* options,
                           std::uint32_t n) {
    for (std::uint32_t i = 0; i < n; ++i) {
        const tactus_option& option = at(options, descriptor().option_size, i);
        const bool is_required = (option.flags & TACTUS_OPT_REQUIRED) != 0;
        const bool is_text = (option.flags & TACTUS_OPT_OR_TEXT) != 0;
        if (is_required && option.type == TACTUS_OPT_TABLE && !is_text) {
            set_required(to.table(option.key), option.children, option.n_children);
        } else if (is_required && is_text) {
            to.set(option.key, value_for(option.children[0]));
        } else if (is_required) {
            to.set(option.key, value_for(option));
        }
    }
}

std::unique_ptr<testing::test_instance>
subject::make(const std::function<void(testing::test_host&)>& prepare) {
    const tactus_descriptor& of = descriptor();
    const auto with_calls = [&](testing::test_host& host) {
        host.calling = note_call_;
        host.work_patience = work_patience;
        host.stop_patience = std::chrono::milliseconds(
            static_cast<std::int64_t>(std::min(options_.limit_s / 3, stop_patience_max_s) * 1000));
        if (prepare) {
            prepare(host);
        }
    };
    auto made = std::make_unique<testing::test_instance>(entry(), of.id, "check", with_calls);
    set_required(made->config, of.options, of.n_options);
    for (const setting& each : options_.settings) {
        for (std::uint32_t i = 0; i < of.n_options; ++i) {
            if (each.key == at(of.options, of.option_size, i).key) {
                made->config.set(each.key, each.toml);
            }
        }
    }
    return made;
}

std::unique_ptr<testing::test_instance> subject::start() {
    auto made = make();
    const tactus_status status = made->start();
    require(status == TACTUS_OK, "It refuses to start, with status " + std::to_string(status) +
                                     ": " + made->host.error_text);
    const std::vector<std::string>& breaches = made->host.breaches;
    require(breaches.empty(), breaches.empty() ? "" : "A breach of the contract: " + breaches[0]);
    return made;
}

void subject::end(testing::test_instance& made) {
    const std::vector<std::string> faults = made.end();
    require(faults.empty(),
            faults.empty() ? "" : "A breach of the contract: " + faults.front() + ".");
}

} // namespace tactus::checker

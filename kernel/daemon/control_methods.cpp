// SPDX-License-Identifier: MIT
#include "kernel/daemon/control_methods.hpp"

#include "kernel/daemon/status_json.hpp"
#include "kernel/daemon/version.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace tactus::daemon {
namespace {

using control::caller;
using control::method;
using control::method_result;
using control::params;
using control::rpc_code;
using control::rpc_error;

constexpr std::int64_t protocol_version = 1;

unexpected<rpc_error> refuse(rpc_code code, std::string message) {
    return unexpected<rpc_error>(rpc_error(code, std::move(message)));
}

// The result of a method that only does something.
method_result nothing() {
    return std::string("{}");
}

unexpected<rpc_error> wrong(const error& why) {
    return refuse(rpc_code::invalid_params, why.text);
}

// Where it is, whatever folder a client is in; as it is if the system does not tell.
std::string absolute(const std::string& path) {
    std::error_code unknown;
    const std::filesystem::path whole = std::filesystem::absolute(path, unknown);
    return unknown ? path : whole.lexically_normal().string();
}

using metrics::log_level_names;

// Whether the file was written after it was loaded; also if it is gone.
bool has_changed_since(const std::string& path, std::int64_t unix_ns) noexcept {
    struct stat file {};
    return ::stat(path.c_str(), &file) != 0 ||
           std::int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec > unix_ns;
}

} // namespace

control_methods::control_methods(const parts& of)
    : of_(of),
      explainer_({of.configuration.settings, of.ingress, of.fan_out, of.dispatcher, of.clock}),
      sender_({of.configuration.settings, of.reactor, of.ingress, of.fan_out, of.dispatcher}),
      config_path_(absolute(of.configuration.source.path)), started_unix_ns_(of.clock.unix_ns()) {}

// One row for each method: what all() lists, and what call() does.
struct control_methods::handler {
    method_result (control_methods::*act)(const params& with);
    method what;
};

constexpr control_methods::handler control_methods::handlers[] = {
    {&control_methods::hello, {"hello"}},
    {&control_methods::tell_status, {"status"}},
    {&control_methods::explain, {"explain"}},
    {&control_methods::send, {"send", true}},
    {&control_methods::send_as_input, {"send_as_input", true}},
    {&control_methods::take_back, {"take_back", true}},
    {nullptr, {"outcome"}}, // it waits
    {&control_methods::panic, {"panic", true}},
    {&control_methods::set_log_level, {"log-level", true}},
    {&control_methods::stop, {"stop", true}},
};

std::span<const method> control_methods::all() const noexcept {
    static constexpr auto listed = [] {
        std::array<method, std::size(handlers)> them;
        std::transform(std::begin(handlers), std::end(handlers), them.begin(),
                       [](const handler& each) { return each.what; });
        return them;
    }();
    return listed;
}

tactus::task<method_result> control_methods::call(const method& which, const params& with,
                                                  const caller& by) {
    const auto* const found =
        std::find_if(std::begin(handlers), std::end(handlers),
                     [&which](const handler& each) { return each.what.name == which.name; });
    TACTUS_ASSERT(found != std::end(handlers)); // the server looked it up in all()
    if (which.changes) {
        of_.log.info("A request came over the control socket.",
                     {base::kv("method", which.name), base::kv("user", by.user)});
    }
    if (found->act == nullptr) {
        method_result done = co_await sender_.outcome(with);
        co_return done;
    }
    co_return (this->*found->act)(with);
}

method_result control_methods::hello(const params& with) {
    const result<std::optional<double>> wanted = with.number("protocol");
    if (!wanted) {
        return wrong(wanted.error());
    }
    if (wanted->value_or(protocol_version) != protocol_version) {
        return refuse(rpc_code::invalid_params,
                      "This daemon speaks version 1 of the protocol. Use the tactus command of "
                      "the version that runs.");
    }
    std::string text;
    json_writer json(text);
    json.begin_object().member("protocol", protocol_version);
    json.member("name", of_.configuration.settings.name).member("version", version);
    json.member("pid", ::getpid()).begin_list("methods");
    for (const method& each : all()) {
        json.element(each.name);
    }
    json.end_list().end_object();
    return text;
}

method_result control_methods::tell_status(const params& /*with*/) {
    const metrics::snapshot taken = of_.shown.take_snapshot();
    const auto level =
        std::find_if(log_level_names.begin(), log_level_names.end(), [this](const auto& at) {
            return of_.log.is_enabled(static_cast<base::log_level>(&at - log_level_names.data()));
        });
    status_details details;
    details.config_path = config_path_;
    details.has_config_changed = has_changed_since(config_path_, taken.config.loaded_unix_ns);
    details.now_unix_ns = of_.clock.unix_ns();
    details.started_unix_ns = started_unix_ns_;
    details.log_level = level == log_level_names.end() ? "none" : *level;
    details.process = ::getpid();
    return status_json(taken, of_.shown.take_readiness(), details);
}

method_result control_methods::explain(const params& with) {
    return explainer_.call(with);
}

method_result control_methods::send(const params& with) {
    return sender_.send(with);
}

method_result control_methods::send_as_input(const params& with) {
    return sender_.send_as_input(with);
}

method_result control_methods::take_back(const params& with) {
    return sender_.take_back(with);
}

method_result control_methods::panic(const params& /*with*/) {
    of_.dispatcher.silencer().panic();
    return nothing();
}

method_result control_methods::set_log_level(const params& with) {
    const result<std::optional<std::string>> wanted = with.text("level");
    if (!wanted) {
        return wrong(wanted.error());
    }
    const auto found =
        std::find(log_level_names.begin(), log_level_names.end(), wanted->value_or(""));
    if (found == log_level_names.end()) {
        return refuse(rpc_code::invalid_params, "The parameter \"level\" must be \"debug\", "
                                                "\"info\", \"warning\" or \"error\".");
    }
    of_.log.set_level(static_cast<base::log_level>(found - log_level_names.begin()));
    return nothing();
}

method_result control_methods::stop(const params& /*with*/) {
    of_.request_stop();
    return nothing();
}

} // namespace tactus::daemon

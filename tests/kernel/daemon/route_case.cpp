// SPDX-License-Identifier: MIT
#include "tests/kernel/daemon/route_case.hpp"

#include "kernel/config/load.hpp"
#include "kernel/daemon/translate_settings.hpp"

#include "tests/kernel/config/plugins.hpp"

#include <algorithm>
#include <regex>

namespace tactus::test {
namespace {

std::vector<std::string> names(const std::string& routes, const std::string& key) {
    static const std::regex quoted("\"([^\"]*)\"");
    const std::regex setting("(^|\n) *" + key + " *= *(\\[[^\\]]*\\]|\"[^\"]*\")");
    std::vector<std::string> found;
    for (auto at = std::sregex_iterator(routes.begin(), routes.end(), setting);
         at != std::sregex_iterator(); ++at) {
        const std::string list = (*at)[2];
        for (auto name = std::sregex_iterator(list.begin(), list.end(), quoted);
             name != std::sregex_iterator(); ++name) {
            if (std::find(found.begin(), found.end(), (*name)[1].str()) == found.end()) {
                found.push_back((*name)[1]);
            }
        }
    }
    return found;
}

std::string whole_file(const std::string& routes) {
    std::string text = routes;
    for (const char* const kind : {"input", "output"}) {
        for (const std::string& name : names(routes, kind[0] == 'i' ? "from" : "to")) {
            text += "\n[[" + std::string(kind) + "]]\nname = \"" + name + "\"\ntype = \"memory\"\n";
        }
    }
    return text;
}

} // namespace

std::string complaints_of(const std::string& routes) {
    const auto outcome =
        config::load_text(whole_file(routes), "routes.toml", config::test::plugins());
    return outcome ? config::render(outcome->warnings, outcome->sources, "")
                   : config::render(outcome.error().found, outcome.error().sources, "");
}

route_case::route_case(const std::string& routes, std::uint32_t protocols) {
    const auto loaded =
        config::load_text(whole_file(routes), "routes.toml", config::test::plugins());
    INFO(complaints_of(routes));
    REQUIRE(loaded.has_value());
    for (const config::input_settings& each : loaded->settings.inputs) {
        static_cast<void>(flow.add_input(flow::input_settings{.name = each.name}));
    }
    for (const config::output_settings& each : loaded->settings.outputs) {
        static_cast<void>(flow.add_output({.protocols = protocols}));
        output_names.push_back(each.name);
    }
    flow.configure(flow::router(daemon::routes(loaded->settings)));
    flow.observe(*this);
}

std::vector<std::string> route_case::send(std::string_view event, const flow::test::stamp& with) {
    const noted_event made = read_event(event);
    static_cast<void>(flow.emit(made.protocol, made.bytes, with));
    flow.drain();
    REQUIRE(flow.balanced());
    return taken();
}

std::vector<std::string> route_case::wait(std::int64_t ms) {
    std::vector<std::string> all;
    for (std::int64_t passed = 1; passed <= ms; ++passed) {
        flow.clock.advance_ns(flow::test::ms_ns);
        flow.drain();
        for (const std::string& each : taken()) {
            all.push_back("+" + std::to_string(passed) + "ms " + each);
        }
    }
    REQUIRE(flow.balanced());
    return all;
}

std::vector<std::string> route_case::taken() {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < flow.sinks.size(); ++i) {
        for (const auto& each : flow.sinks[i]->records) {
            const std::string name = flow.sinks.size() > 1 ? output_names[i] + ": " : "";
            all.push_back(name + write_event(each.protocol, each.bytes));
        }
        flow.sinks[i]->records.clear();
    }
    return all;
}

void route_case::untranslatable(std::uint16_t, std::uint16_t route, std::string_view,
                                const flow::made_event& why) noexcept {
    last_route = route;
    last_why = flow::text_of(why);
}

} // namespace tactus::test

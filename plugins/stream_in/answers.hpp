// SPDX-License-Identifier: MIT
// The answers that a source gets to its lines, each a line of JSON:
//   answer = {"line": number, "error": "sentence"} "\n"
// Pure text functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tactus/cpp/json_writer.hpp>
#include <tactus/cpp/port_name.hpp>
#include <tactus/cpp/text.hpp>
#include <tactus/iface/outcome.h>

namespace stream_in {

inline constexpr std::size_t answers_max = 65'536; // bytes sent at once; more is left out
inline constexpr std::uint32_t names_told_max = 16;

inline void add_answer(std::string& answers, std::uint64_t line, std::string_view error) {
    if (answers.size() > answers_max) {
        return;
    }
    answers += "{\"line\": " + std::to_string(line) + ", \"error\": ";
    tactus::append_json_string(answers, error);
    answers += "}\n";
}

/// Why no output has the requested port: the name does not exist, or several have it. Lists the
/// existing names, or the ones that contain it, and suggests the one that was probably meant.
inline std::string port_error(const tactus_outcome& what, bool is_ambiguous) {
    const std::string_view asked = tactus::to_view(what.port);
    std::uint32_t alike = 0;
    std::string names;
    for (std::uint32_t i = 0; i < what.n_known; ++i) {
        const std::string_view name = tactus::to_view(what.known[i]);
        alike += tactus::fit_of(name, asked) != tactus::name_fit::none ? 1U : 0U;
        if (i < names_told_max) {
            names.append(i == 0 ? " \"" : ", \"").append(name).append("\"");
        }
    }
    if (what.n_known > names_told_max) {
        names += " and " + std::to_string(what.n_known - names_told_max) + " more";
    }
    const std::string begin = "\"to\" is \"" + std::string(asked) + "\", which ";
    if (is_ambiguous && what.n_known == 1) {
        return begin + "several outputs have as a port:" + names + "; name one of the outputs";
    }
    if (is_ambiguous) {
        return begin + std::to_string(what.n_known) +
               " outputs or ports have in their names; expected one of them:" + names;
    }
    const std::string why =
        begin + (alike > 1
                     ? std::to_string(alike) + " ports have in their names"
                     : std::string("no output that a route leads to has as its name or a port"));
    const std::string_view meant = tactus::to_view(what.output);
    return why + (names.empty() ? "; there are no ports" : "; the ports are" + names) +
           (meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?");
}

/// " (argument 2 is missing; ...)", if the host knows what was wrong with the event.
inline std::string detail_of(const tactus_outcome& what) {
    return what.n_known == 1 ? " (" + std::string(tactus::to_view(what.known[0])) + ")"
                             : std::string();
}

inline std::string unrouted_error(const tactus_outcome& what, std::string_view reason) {
    if (reason == "filtered") {
        return "the `match` of its routes filters it out";
    }
    if (reason == "peer_not_allowed") {
        return "\"to\" is \"" + std::string(tactus::to_view(what.port)) +
               "\", which no output that a route leads to has in its `allow_peers`";
    }
    return what.port.len == 0 ? "no route takes it to an output"
                              : port_error(what, reason == "ambiguous_port");
}

/// A sentence about what went wrong with an event; "" if that was intended.
inline std::string outcome_error(const tactus_outcome& what) {
    const std::string reason(tactus::to_view(what.reason));
    switch (what.kind) {
    case TACTUS_OUTCOME_REJECTED:
        return "it was rejected: " + reason + detail_of(what);
    case TACTUS_OUTCOME_UNROUTED:
        return unrouted_error(what, reason);
    case TACTUS_OUTCOME_DROPPED:
        return reason == "outdated" ? std::string() // the note had ended or begun anew already
                                    : "the output \"" + std::string(tactus::to_view(what.output)) +
                                          "\" dropped it: " + reason + detail_of(what);
    default:
        return {};
    }
}

} // namespace stream_in

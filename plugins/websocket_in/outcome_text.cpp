// SPDX-License-Identifier: MIT
#include "outcome_text.hpp"

#include "client_text.hpp"

#include <tactus/cpp/text.hpp>

namespace websocket_in {
namespace {

constexpr double ns_per_ms = 1e6;

void add_unrouted(std::string& out, const tactus_outcome& what) {
    const std::string_view reason = tactus::to_view(what.reason);
    if (what.port.len == 0) {
        tactus::json_writer json = begin_text(out, "unrouted");
        if (!reason.empty()) {
            json.member("reason", reason);
        }
        json.end_object();
        return;
    }
    tactus::json_writer json = begin_text(out, reason.empty() ? "unknown_port" : reason);
    json.member("port", tactus::to_view(what.port));
    if (reason != "peer_not_allowed") {
        json.begin_list("known");
        for (std::uint32_t i = 0; i < what.n_known; ++i) {
            json.element(tactus::to_view(what.known[i]));
        }
        json.end_list();
        if (what.output.len != 0) {
            json.member("did_you_mean", tactus::to_view(what.output));
        }
    }
    json.end_object();
}

// Adds what was wrong with the event, if the host knows it, and ends the text.
void end_with_detail(tactus::json_writer& json, const tactus_outcome& what) {
    if (what.n_known == 1) {
        json.member("why", tactus::to_view(what.known[0]));
    }
    json.end_object();
}

} // namespace

std::string outcome_text(const tactus_outcome& what) {
    const std::string_view reason = tactus::to_view(what.reason);
    const std::string_view output = tactus::to_view(what.output);
    std::string text;
    switch (what.kind) {
    case TACTUS_OUTCOME_REJECTED:
        end_with_detail(begin_text(text, "rejected").member("reason", reason), what);
        break;
    case TACTUS_OUTCOME_UNROUTED:
        add_unrouted(text, what);
        break;
    case TACTUS_OUTCOME_DROPPED:
        end_with_detail(
            begin_text(text, "dropped").member("output", output).member("reason", reason), what);
        break;
    default:
        begin_text(text, what.kind == TACTUS_OUTCOME_LATE ? "late" : "sent")
            .member("output", output)
            .member("by", static_cast<double>(what.late_ns) / ns_per_ms, ms_places)
            .end_object();
        break;
    }
    return text;
}

std::string lost_text(std::uint64_t lost) {
    std::string text;
    begin_text(text, "lost").member("outcomes", lost).end_object();
    return text;
}

} // namespace websocket_in

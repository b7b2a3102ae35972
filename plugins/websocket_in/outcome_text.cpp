// SPDX-License-Identifier: MIT
#include "outcome_text.hpp"

#include "json_text.hpp"

#include <tactus/cpp/text.hpp>

#include <vector>

namespace websocket_in {
namespace {

constexpr double ns_per_ms = 1e6;

std::string unrouted_text(const tactus_outcome& what) {
    const std::string_view reason = tactus::to_view(what.reason);
    const std::string_view port = tactus::to_view(what.port);
    if (port.empty()) {
        json_text said("unrouted");
        return (reason.empty() ? said : said.text("reason", reason)).done();
    }
    if (reason == "peer_not_allowed") {
        return json_text(reason).text("port", port).done();
    }
    std::vector<std::string_view> known;
    for (std::uint32_t i = 0; i < what.n_known; ++i) {
        known.push_back(tactus::to_view(what.known[i]));
    }
    json_text said(reason.empty() ? "unknown_port" : reason);
    said.text("port", port).texts("known", known);
    const std::string_view nearest = tactus::to_view(what.output);
    return (nearest.empty() ? said : said.text("did_you_mean", nearest)).done();
}

// Adds what was wrong with the event, if the host knows it.
json_text& with_detail(json_text& to, const tactus_outcome& what) {
    return what.n_known == 1 ? to.text("why", tactus::to_view(what.known[0])) : to;
}

} // namespace

std::string outcome_text(const tactus_outcome& what) {
    const std::string_view reason = tactus::to_view(what.reason);
    const std::string_view output = tactus::to_view(what.output);
    switch (what.kind) {
    case TACTUS_OUTCOME_REJECTED:
        return with_detail(json_text("rejected").text("reason", reason), what).done();
    case TACTUS_OUTCOME_UNROUTED:
        return unrouted_text(what);
    case TACTUS_OUTCOME_DROPPED:
        return with_detail(json_text("dropped").text("output", output).text("reason", reason), what)
            .done();
    default:
        return json_text(what.kind == TACTUS_OUTCOME_LATE ? "late" : "sent")
            .text("output", output)
            .number("by", static_cast<double>(what.late_ns) / ns_per_ms)
            .done();
    }
}

std::string lost_text(std::uint64_t lost) {
    return json_text("lost").count("outcomes", lost).done();
}

} // namespace websocket_in

// SPDX-License-Identifier: MIT
// What the host refuses a plugin of the C++ layer, it reads as the rule that was broken, with the
// limit: the layer's words against the kernel's own limits.
#include "tests/kernel/host/bad_case.hpp"

#include <utility>

namespace {

using namespace tactus;
using namespace tactus::testing;

TEST_CASE_METHOD(bad_case, "breaks a rule: the text names it") {
    const auto [type, why] = GENERATE(table<std::string, std::string>({
        {"same_port", "port \"p\": another port of this instance has this key already."},
        {"many_ports", "port \"p256\": an instance has at most 256 ports."},
        {"empty_key", "port \"\": keys and names have 1 to 255 bytes, this one has 0."},
        {"long_key", "\": keys and names have 1 to 255 bytes, this one has 256."},
        {"counter_name", "metric \"events_ms\": a counter's name ends in _total."},
        {"gauge_name", "metric \"events_total\": a gauge's name does not end in _total."},
        {"capital_name", "\"Events\": a name begins with a lower-case letter and has a to z, 0"},
        {"long_name", "\": a name has 1 to 64 characters."},
        {"taken_name", "metric \"events\": the name is taken, by this plugin or by the daemon."},
        {"unit_name", "metric \"events_late\": a histogram's name ends in _seconds."},
        {"bad_label",
         "metric \"events{Kind=\"note\"}\": a label is written {name=\"value\"}, both"},
        {"no_help", "metric \"events\": its help is one sentence, not none."},
        {"many_metrics", "metric \"events_32\": an instance has at most 32 metrics."},
        {"late_metric", "\"events\": metrics are made before the first co_await of run()."},
    }));
    start("breaks_rules", type, host::role::input);
    reactor.advance_by(10 * ms);
    is_down_because(why);
}

} // namespace

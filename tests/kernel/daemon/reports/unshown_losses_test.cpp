// SPDX-License-Identifier: MIT
// What was lost without being shown one by one.
#include "kernel/daemon/reports/unshown_losses.hpp"

#include "tests/support/catch.hpp"

#include <map>
#include <tuple>

using namespace tactus;
using namespace tactus::daemon;

namespace {

using place = std::tuple<flow::observed, std::size_t, std::uint8_t>;

struct ledgers {
    std::map<place, std::uint64_t> totals;
    std::map<place, std::uint64_t> found;

    auto total() {
        return [this](flow::observed what, std::size_t index, std::uint8_t reason) {
            return totals[{what, index, reason}];
        };
    }
    auto use() {
        return [this](const flow::observed_event& one, std::uint64_t count) {
            const bool is_output = one.what == flow::observed::dropped;
            found[{one.what, is_output ? one.output : one.input, one.reason}] += count;
        };
    }
};

} // namespace

TEST_CASE("only what the ledgers count beyond what was shown is found, once") {
    ledgers of;
    const place full{flow::observed::dropped, 1, 0};
    const place lost{flow::observed::rejected, 0, 10};
    const place stray{flow::observed::unrouted, 0, 2};
    of.totals[full] = 100;
    unshown_losses unshown;
    unshown.begin(1, 2, of.total());

    of.totals[full] += 3;
    of.totals[lost] = 5;
    of.totals[stray] = 1;
    flow::observed_event one;
    one.what = flow::observed::dropped;
    one.output = 1;
    unshown.shown(one);
    one.what = flow::observed::unrouted;
    one.input = 0;
    one.reason = 2;
    unshown.shown(one);
    unshown.for_each(of.total(), of.use());
    unshown.for_each(of.total(), of.use());

    CHECK(of.found == std::map<place, std::uint64_t>{{full, 2}, {lost, 5}});
}

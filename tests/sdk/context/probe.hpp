// SPDX-License-Identifier: MIT
// An input whose run() is whatever the test says: a function of the context, kept alive here while
// the instance runs. `seen` is where such functions leave what they saw.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <tactus/cpp/plugin.hpp>

#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

namespace tactus::testing {

using body_function = task<> (*)(context&);

class probe {
public:
    static constexpr plugin_info info{"probe", "probe", "1", "test", "MIT", "Does as told."};

    static inline body_function body = nullptr;
    static inline std::vector<std::string> seen;

    task<> run(context& here) { return body(here); }
};

/// An instance of the probe, made and not yet started.
class probe_instance : public test_instance {
public:
    explicit probe_instance(body_function body) : test_instance(entry(), "probe") {
        probe::body = body;
        probe::seen.clear();
    }

private:
    static const tactus_entry& entry() {
        static constexpr tactus_entry only = detail::entry_of<probe>();
        return only;
    }
};

} // namespace tactus::testing

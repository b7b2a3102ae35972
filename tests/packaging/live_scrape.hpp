// SPDX-License-Identifier: MIT
// A scrape of a daemon that has an input or output of each kind, and of each metric at least one
// series.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tactus::test {

struct scraped_metric {
    std::string kind;                                    // counter, gauge, histogram
    std::map<std::string, std::set<std::string>> labels; // without `le`, and their values
};

struct live_scrape {
    std::map<std::string, scraped_metric> metrics; // by name
    std::string text;
};

// Once for the program.
const live_scrape& scrape_of_everything();

} // namespace tactus::test

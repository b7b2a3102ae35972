// SPDX-License-Identifier: MIT
#include "kernel/cli/reload_text.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using namespace tactus;
using namespace tactus::cli;

TEST_CASE("a reload that changed nothing says so in two lines") {
    control::reload_report done;
    done.file = "hall.toml";
    done.kept = {"desk", "organ"};

    CHECK(reload_text(done) == "hall.toml was reloaded.\n"
                               "  kept       desk, organ\n"
                               "  routes     the same\n");
}

TEST_CASE("what a reload tells of cannot speak to the terminal") {
    control::reload_report done;
    done.file = "ha\x1b[2Jll\n.toml";
    done.kept = {"a\x1b"};
    done.down = {{"b\x1b", "c\x1b\n"}};
    done.warnings = 1;

    const std::string text = reload_text(done);

    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 5);
}

TEST_CASE("everything that is new has a line of its own, and what is down is named with why") {
    control::reload_report done;
    done.file = "hall.toml";
    done.is_dry = true;
    done.changed = {"desk"};
    done.restarted = {"organ"};
    done.opened = {"choir", "lights"};
    done.closed = {"old"};
    done.sections = {"[time]"};
    done.has_new_routes = true;
    done.down = {{"choir", "Its port is not there."}};
    done.warnings = 2;

    CHECK(reload_text(done) == "hall.toml is valid; nothing was changed. A reload would do this:\n"
                               "  changed    desk\n"
                               "  restarted  organ\n"
                               "  opened     choir, lights\n"
                               "  closed     old\n"
                               "  sections   [time]\n"
                               "  routes     new\n"
                               "  DOWN       choir: Its port is not there.\n"
                               "  warnings   2; `tactus check hall.toml` shows them\n");
}

// SPDX-License-Identifier: MIT
#include "tests/docs/run_block.hpp"

#include <sstream>

namespace tactus::docs {
namespace {

using lines = std::vector<std::string>;

constexpr const char* any = "...";
constexpr const char* mark = "=====tactus-docs=====";

struct step {
    std::string command;
    lines output;
};

// A command goes on in the next line where it ends in a backslash.
std::string steps_of(const block& each, std::vector<step>& steps) {
    bool goes_on = false;
    for (const std::string& line : lines_of(each.text)) {
        if (goes_on) {
            steps.back().command += "\n" + line;
        } else if (line.starts_with("$ ")) {
            steps.push_back({line.substr(2), {}});
        } else if (steps.empty()) {
            return "a console block begins with a command, `$ ...`; this one with: " + line;
        } else {
            steps.back().output.push_back(line);
            continue;
        }
        goes_on = line.ends_with('\\');
    }
    return steps.empty() ? "there is no command in it" : "";
}

// Greedy is enough: each piece as early as it comes, the last at the end.
bool line_matches(const std::string& expected, const std::string& came) {
    std::size_t from = 0;
    std::size_t at = 0;
    for (;;) {
        const std::size_t gap = expected.find(any, at);
        const std::string piece = expected.substr(at, gap - at);
        if (gap == std::string::npos) {
            return at == 0 ? came == piece
                           : came.size() >= from + piece.size() && came.ends_with(piece);
        }
        const std::size_t found = came.find(piece, from);
        if (found == std::string::npos || (at == 0 && found != 0)) {
            return false;
        }
        from = found + piece.size();
        at = gap + std::string(any).size();
    }
}

// What each command wrote, and how it ended: "MARK CODE" ends each.
struct result_of_step {
    lines output;
    int code = -1;
};

std::vector<result_of_step> results_of(const std::string& out) {
    std::vector<result_of_step> results(1);
    for (const std::string& line : lines_of(out)) {
        const std::size_t at = line.find(mark);
        if (at == std::string::npos) {
            results.back().output.push_back(line);
            continue;
        }
        if (at > 0) {
            results.back().output.push_back(line.substr(0, at)); // it ended without a new line
        }
        results.back().code = std::stoi(line.substr(at + std::string(mark).size()));
        results.emplace_back();
    }
    return results;
}

std::string joined(const lines& all) {
    std::string text;
    for (const std::string& line : all) {
        text += "  | " + line + "\n";
    }
    return text;
}

// A command that fails is meant to where its output is shown.
std::string verdict_on(const step& wanted, const result_of_step& came) {
    std::string wrong = difference(wanted.output, came.output);
    if (wrong.empty() && came.code != 0 && wanted.output.empty()) {
        wrong = "it ends with " + std::to_string(came.code);
    }
    return wrong.empty() ? "" : "$ " + wanted.command + "\n" + wrong + "\n" + joined(came.output);
}

outcome check_only(const std::vector<step>& steps, const build_environment& here) {
    outcome all;
    for (const step& each : steps) {
        if (!each.output.empty()) {
            return {"nothing can check the output of: " + each.command};
        }
        outcome one = without_running(each.command, here);
        if (!one.wrong.empty()) {
            return one;
        }
        all.notes.insert(all.notes.end(), one.notes.begin(), one.notes.end());
    }
    return all;
}

} // namespace

std::string difference(const lines& expected, const lines& came) {
    std::size_t at = 0;
    bool may_skip = false;
    for (const std::string& line : expected) {
        if (trimmed(line) == any) {
            may_skip = true;
            continue;
        }
        while (may_skip && at < came.size() && !line_matches(line, came[at])) {
            ++at;
        }
        if (at == came.size() || !line_matches(line, came[at])) {
            return "expected: " + line +
                   "\ncame:     " + (at < came.size() ? came[at] : "nothing more") + "\nin:";
        }
        ++at;
        may_skip = false;
    }
    return may_skip || at == came.size() ? "" : "not expected: " + came[at] + "\nin:";
}

outcome run_console(const block& each, const build_environment& here) {
    std::vector<step> steps;
    if (std::string wrong = steps_of(each, steps); !wrong.empty()) {
        return {wrong};
    }
    std::string script = "exec 2>&1\n";
    for (const step& one : steps) {
        if (can_not_be_run(one.command)) {
            return check_only(steps, here);
        }
        if (std::string wrong = wrong_run_script(one.command, here); !wrong.empty()) {
            return {wrong};
        }
        script += one.command + "\necho \"" + mark + "$?\"\n";
    }
    const test::finished ran = workplace(here).run(script, each.beside);
    const std::vector<result_of_step> results = results_of(ran.out);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (i + 1 >= results.size()) {
            return {"$ " + steps[i].command + "\ndid not come to its end:\n" + ran.out + ran.err};
        }
        if (std::string wrong = verdict_on(steps[i], results[i]); !wrong.empty()) {
            return {wrong};
        }
    }
    return {};
}

} // namespace tactus::docs

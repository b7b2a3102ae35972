// SPDX-License-Identifier: MIT
#include "tests/docs/run_block.hpp"

namespace tactus::docs {

outcome run_shell(const block& each, const build_environment& here) {
    if (can_not_be_run(each.text)) {
        return without_running(each.text, here);
    }
    if (std::string wrong = wrong_run_script(each.text, here); !wrong.empty()) {
        return {wrong};
    }
    const test::finished ran = workplace(here).run("set -e\n" + each.text, each.beside);
    if (ran.code != 0) {
        return {"bash -e ends with " + std::to_string(ran.code) + ":\n" + ran.out + ran.err};
    }
    return {};
}

} // namespace tactus::docs

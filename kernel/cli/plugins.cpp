// SPDX-License-Identifier: MIT
// `tactus plugins` and `tactus plugins show NAME`.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
namespace tactus::cli {
int plugins(const list_options&) {
    return exit_failure;
}
int show_plugin(const list_options&) {
    return exit_failure;
}
int ports(const list_options&) {
    return exit_failure;
}
} // namespace tactus::cli

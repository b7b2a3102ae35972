// SPDX-License-Identifier: MIT
#include "tests/docs/run_block.hpp"

namespace tactus::docs {
namespace {

constexpr const char* limit_s = "60";

// A run that nobody would end, ends by itself.
constexpr const char* tactus_shim = R"(#!/usr/bin/env bash
limit=()
if [[ ${1:-} == run && " $* " != *" --seconds"* && " $* " != *" --help "* ]]; then
  limit=(--seconds "${TACTUS_SECONDS:-3}")
fi
exec "$TACTUS_PROGRAM" "$@" "${limit[@]}"
)";

// As packaging/run, but for the build.
constexpr const char* run_shim = R"(#!/usr/bin/env bash
config=
options=()
while (($# > 0)); do
  case $1 in
  --seconds) options+=("$1" "$2"); shift ;;
  -*) echo "run: there is no option \"$1\"" >&2; exit 2 ;;
  *) config=$1 ;;
  esac
  shift
done
exec tactus run --show "${options[@]}" "${config:-config/demo.toml}"
)";

// What a script starts in the background ends with it, and bash does not comment on that.
constexpr const char* end_all =
    "trap 'code=$?; set +e; exec 2>/dev/null; kill $(jobs -p); wait; exit $code' EXIT\n";

// What blocks may touch; the rest is there to be built, which no block does.
bool is_copied(const std::filesystem::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return !entry.is_directory() || name == "config" || name == "sdk" || name == "plugins";
}

// Its output is kept apart from the block's; a daemon is ready when it says so.
std::string beside_script(const std::string& command) {
    return "TACTUS_SECONDS=30 " + command + " >.beside 2>&1 &\n" +
           (command.starts_with("tactus run") || command.starts_with("packaging/run")
                ? "until grep -qE 'is running' .beside; do\n"
                  "  kill -0 $! || { cat .beside >&2; exit 99; }\n  sleep 0.02\ndone\n"
                : "");
}

std::string file_name_in(const std::string& text) {
    const std::string line = text.substr(0, text.find('\n'));
    const std::size_t end = line.find(".toml");
    if (!line.starts_with("# ") || end == std::string::npos) {
        return {};
    }
    const std::string name = line.substr(2, end + 5 - 2);
    return name.find_first_of(" /\"") == std::string::npos ? name : "";
}

} // namespace

test::finished run_limited(std::vector<std::string> arguments,
                           const test::process::options& options) {
    arguments.insert(arguments.begin(), {"timeout", "--kill-after=2", limit_s});
    return test::run(std::move(arguments), options);
}

workplace::workplace(const build_environment& here) {
    namespace fs = std::filesystem;
    for (const auto& entry : fs::directory_iterator(here.root)) {
        if (is_copied(entry)) {
            fs::copy(entry.path(), folder_.path(entry.path().filename().string()),
                     fs::copy_options::recursive);
        }
    }
    fs::create_directory(folder_.path("packaging"));
    fs::create_directory(folder_.path(".programs"));
    write_program("packaging/run", run_shim);
    write_program(".programs/tactus", tactus_shim);
    for (const block& each : here.document) {
        const std::string name = each.language == "toml" ? file_name_in(each.text) : "";
        if (!name.empty()) {
            folder_.write(name, completed_toml(each.text));
        }
    }
    exports_ = "export PATH='" + folder_.path(".programs") + "':\"$PATH\" LC_ALL=C.UTF-8 " +
               "TACTUS_PROGRAM='" + here.program.string() + "' TACTUS_PLUGIN_PATH='" +
               here.plugin_path + "'\n";
}

void workplace::write_program(const std::string& name, const std::string& text) const {
    std::filesystem::permissions(folder_.write(name, text), std::filesystem::perms::owner_all);
}

test::finished workplace::run(const std::string& script, const std::string& beside) const {
    const std::string text = "cd '" + folder_.path() + "' || exit 99\n" + exports_ + end_all +
                             (beside.empty() ? "" : beside_script(beside)) + script;
    return run_limited({"bash", folder_.write(".script", text)});
}

} // namespace tactus::docs

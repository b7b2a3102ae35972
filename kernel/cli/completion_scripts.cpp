// SPDX-License-Identifier: MIT
// `tactus completions SHELL`: the script that makes a shell ask `tactus __complete`
// (completion.hpp). It knows no command and no option itself; therefore it need not be replaced
// when the program is.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"

#include <cstdio>

namespace tactus::cli {
namespace {

constexpr const char* for_bash = R"(# Completes tactus in bash: source <(tactus completions bash)
_tactus() {
    local answer code line
    answer=$(command tactus __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    code=$?
    COMPREPLY=()
    while IFS= read -r line; do
        [[ -n $line ]] && COMPREPLY+=("${line%%$'\t'*}")
    done <<<"$answer"
    if ((code == 10)); then
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
    fi
}
complete -F _tactus tactus
)";

constexpr const char* for_zsh = R"(#compdef tactus
# Completes tactus in zsh: tactus completions zsh > "${fpath[1]}/_tactus"
# or, after compinit: source <(tactus completions zsh)
_tactus() {
    local answer line
    local -i code
    local -a described
    answer=$(command tactus __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
    code=$?
    for line in "${(@f)answer}"; do
        [[ -n $line ]] && described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    (( $#described )) && _describe tactus described
    (( code == 10 )) && _files
    return 0
}
if [[ ${funcstack[1]} == _tactus ]]; then
    _tactus "$@"
else
    compdef _tactus tactus
fi
)";

constexpr const char* for_fish = R"(# Completes tactus in fish:
#   tactus completions fish > ~/.config/fish/completions/tactus.fish
function __tactus_complete
    set -l words (commandline -opc)
    set -l begun (commandline -ct)
    set -e words[1]
    command tactus __complete $words "$begun" 2>/dev/null
    if test $status -eq 10
        __fish_complete_path "$begun"
    end
end
complete -c tactus -f -a '(__tactus_complete)'
)";

} // namespace

int completions(const std::string& shell) {
    std::fputs(shell == "bash" ? for_bash : shell == "zsh" ? for_zsh : for_fish, stdout);
    return exit_ok;
}

} // namespace tactus::cli

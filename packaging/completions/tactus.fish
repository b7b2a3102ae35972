# Completes tactus in fish:
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

#include "cli/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"

namespace todod::cli {

namespace {

/// What may stand in a place, and what it is.
struct Word {
    std::string text;
    std::string doc;
};
using Words = std::vector<Word>;

Words options_of(const Command& command)
{
    Words words;
    for (const Argument& option : command.options) {
        for (const std::string& flag : option.flags)
            words.push_back({flag, option.doc});
    }
    return words;
}

/// Its commands, or what its first argument may be.
Words words_of(const Command& command)
{
    Words words;
    for (const Command& each : command.commands)
        words.push_back({std::string{each.name()}, each.doc});
    if (command.positionals.empty()) return words;
    for (const std::string& choice : command.positionals.front().choices)
        words.push_back({choice, command.positionals.front().doc});
    return words;
}

std::string quote(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return quoted + '\'';
}

/// The patterns of a case: whatever leads from a command to one of its own.
std::string steps(const Command& root)
{
    std::vector<std::string> quoted;
    for (const Command* const command : all_of(root)) {
        if (command != &root) quoted.push_back(quote(command->path));
    }
    return fmt::format("{}", fmt::join(quoted, "|"));
}

/// The patterns of a case: a command and an option of its that takes a value.
std::string valued_options(const Command& root)
{
    std::vector<std::string> quoted;
    for (const Command* const command : all_of(root)) {
        for (const Argument& option : command->options) {
            if (option.value.empty()) continue;
            for (const std::string& flag : option.flags)
                quoted.push_back(quote(command->path + ' ' + flag));
        }
    }
    return fmt::format("{}", fmt::join(quoted, "|"));
}

/// A case for each command that has `words`, which `write` writes one of.
template <class WordsOf, class Write>
std::string cases(const Command& root, WordsOf words_of, Write write)
{
    std::string text;
    for (const Command* const command : all_of(root)) {
        std::vector<std::string> written;
        for (const Word& word : words_of(*command))
            written.push_back(write(word));
        if (written.empty()) continue;
        text += fmt::format("            {}) found=({}) ;;\n", quote(command->path),
                            fmt::join(written, " "));
    }
    return text;
}

std::string for_bash(const Command& root)
{
    const auto write = [](const Word& word) { return word.text; };
    return fmt::format(
        R"(# Completion of {0} in bash, as `{0} completion bash` prints it.
_{0}() {{
    local at={0} word i
    local -a found=()
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case "$at ${{COMP_WORDS[i]}}" in
            {1}) at+=" ${{COMP_WORDS[i]}}" ;;
        esac
    done
    COMPREPLY=()
    case "$at ${{COMP_WORDS[COMP_CWORD - 1]}}" in
        {2}) return ;;
    esac
    word=${{COMP_WORDS[COMP_CWORD]}}
    if [[ $word == -* ]]; then
        case $at in
{3}        esac
    else
        case $at in
{4}        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "${{found[*]}}" -- "$word")
}}
complete -o default -F _{0} {0}
)",
        root.name(), steps(root), valued_options(root), cases(root, options_of, write),
        cases(root, words_of, write));
}

std::string for_zsh(const Command& root)
{
    const auto write = [](const Word& word) { return quote(word.text + ':' + word.doc); };
    return fmt::format(
        R"(#compdef {0}
# Completion of {0} in zsh, as `{0} completion zsh` prints it.
_{0}() {{
    local at={0} word
    local -a found
    for word in "${{(@)words[2,CURRENT-1]}}"; do
        case "$at $word" in
            {1}) at+=" $word" ;;
        esac
    done
    case "$at ${{words[CURRENT-1]}}" in
        {2}) _files; return ;;
    esac
    if [[ ${{words[CURRENT]}} == -* ]]; then
        case $at in
{3}        esac
        _describe option found
    else
        case $at in
{4}        esac
        if (( $#found )); then _describe command found; else _files; fi
    fi
}}
# From fpath it is what the file's name says, and elsewhere it has to be named.
if [[ $funcstack[1] == _{0} ]]; then _{0} "$@"; else compdef _{0} {0}; fi
)",
        root.name(), steps(root), valued_options(root), cases(root, options_of, write),
        cases(root, words_of, write));
}

/// As fish has it, in which a backslash escapes.
std::string quote_for_fish(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '\'';
}

std::string fish_line(const Command& root, const Command& command, std::string_view rest,
                      std::string_view doc)
{
    const std::string is_there = fmt::format("__{}_is_at {}", root.name(), command.path);
    return fmt::format("complete -c {} -n {} {} -d {}\n", root.name(), quote_for_fish(is_there),
                       rest, quote_for_fish(doc));
}

std::string fish_lines(const Command& root, const Command& command)
{
    std::string text;
    for (const Word& word : words_of(command))
        text += fish_line(root, command, "-f -a " + word.text, word.doc);
    for (const Argument& option : command.options) {
        std::string rest = option.value.empty() ? "-f" : "-r";
        for (const std::string& flag : option.flags)
            rest += flag.starts_with("--") ? " -l " + flag.substr(2) : " -s " + flag.substr(1);
        text += fish_line(root, command, rest, option.doc);
    }
    return text;
}

std::string for_fish(const Command& root)
{
    std::vector<std::string> paths;
    for (const Command* const command : all_of(root))
        paths.push_back(quote_for_fish(command->path));
    std::string text = fmt::format(
        R"(# Completion of {0} in fish, as `{0} completion fish` prints it.
function __{0}_is_at
    set -l at {0}
    for word in (commandline -opc)[2..]
        contains -- "$at $word" {1}; and set at "$at $word"
    end
    test "$at" = "$argv"
end
)",
        root.name(), fmt::join(paths, " "));
    for (const Command* const command : all_of(root)) {
        // Where a command has to come there is no file.
        if (!words_of(*command).empty()) {
            text += fmt::format("complete -c {0} -n '__{0}_is_at {1}' -f\n", root.name(),
                                command->path);
        }
        text += fish_lines(root, *command);
    }
    return text;
}

}  // namespace

std::string write_completion(const Command& root, std::string_view shell)
{
    if (shell == "bash") return for_bash(root);
    if (shell == "zsh") return for_zsh(root);
    if (shell == "fish") return for_fish(root);
    throw base::Error{base::ErrorCode::bad_request, "completion is for bash, zsh and fish"};
}

}  // namespace todod::cli

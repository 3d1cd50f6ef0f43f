#include "cli/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ranges>

namespace todod::cli {

namespace {

/// Of "TEXT:{bash,zsh}", as CLI::IsMember has it, bash and zsh.
std::vector<std::string> read_choices(std::string_view type)
{
    const auto begin = type.find('{');
    if (begin == std::string_view::npos || !type.ends_with('}')) return {};
    type = type.substr(begin + 1, type.size() - begin - 2);
    std::vector<std::string> choices;
    for (const auto choice : std::views::split(type, ','))
        choices.emplace_back(choice.begin(), choice.end());
    return choices;
}

Argument read_argument(const CLI::Option& option)
{
    const std::string type = option.get_type_name();
    Argument argument{.flags = {},
                      .value = type.substr(0, type.find(':')),
                      .choices = read_choices(type),
                      .doc = option.get_description(),
                      .is_required = option.get_required()};
    if (option.get_positional()) {
        argument.value = option.get_name();
        return argument;
    }
    for (const std::string& name : option.get_snames())
        argument.flags.push_back('-' + name);
    for (const std::string& name : option.get_lnames())
        argument.flags.push_back("--" + name);
    if (option.get_items_expected_max() == 0) argument.value.clear();
    return argument;
}

Command read_command(const CLI::App& app, const std::string& path)
{
    Command command{.path = path,
                    .doc = app.get_description(),
                    .options = {},
                    .positionals = {},
                    .commands = {}};
    for (const CLI::Option* const option : app.get_options()) {
        auto& arguments = option->get_positional() ? command.positionals : command.options;
        arguments.push_back(read_argument(*option));
    }
    for (const CLI::App* const each : app.get_subcommands({}))
        command.commands.push_back(read_command(*each, path + ' ' + each->get_name()));
    return command;
}

}  // namespace

std::string_view Command::name() const
{
    return std::string_view{path}.substr(path.rfind(' ') + 1);
}

Command read_commands(const CLI::App& app)
{
    return read_command(app, app.get_name());
}

std::vector<const Command*> all_of(const Command& command)
{
    std::vector<const Command*> all{&command};
    for (const Command& each : command.commands)
        std::ranges::copy(all_of(each), std::back_inserter(all));
    return all;
}

}  // namespace todod::cli

#pragma once

#include <string>
#include <string_view>
#include <vector>

// The library's own name: NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}

namespace todod::cli {

/// An option, or a positional argument.
struct Argument {
    std::vector<std::string> flags;    ///< "-m", "--message"; none: a positional
    std::string value;                 ///< what stands for its value: "FILE"; empty: it takes none
    std::vector<std::string> choices;  ///< all values that there are; empty: any
    std::string doc;
    bool is_required = false;
};

/// A command as the parser knows it, for all that is written about the commands.
struct Command {
    std::string path;  ///< "todod user add"
    std::string doc;
    std::vector<Argument> options;
    std::vector<Argument> positionals;
    std::vector<Command> commands;

    std::string_view name() const;  ///< "add"
};

Command read_commands(const CLI::App& app);

/// `command`, and all under it.
std::vector<const Command*> all_of(const Command& command);

}  // namespace todod::cli

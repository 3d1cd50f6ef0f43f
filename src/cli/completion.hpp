#pragma once

#include <string>
#include <string_view>

#include "cli/command_tree.hpp"

namespace todod::cli {

/// A script that lets "bash", "zsh" or "fish" complete what begins with the name of `root`:
/// commands, options and, of those that have some, values; else files.
std::string write_completion(const Command& root, std::string_view shell);

}  // namespace todod::cli

#pragma once

#include <span>
#include <string>

#include "cli/command_tree.hpp"
#include "config.hpp"

namespace todod::cli {

/// The manual page todod(1), in the language of man(7).
std::string write_manual(const Command& root, std::span<const Setting> settings);

}  // namespace todod::cli

#pragma once

#include <string>

#include "config.hpp"

namespace todod {

/// What the process was started with.
Environment process_environment();

/// Of the working directory; nothing where there is none. Throws base::Error{invalid}.
Environment read_dotenv();

/// What the file at `path` says, without white space around it. Throws base::Error{invalid}, which
/// names the variable `name` that the path is of.
std::string read_secret_file(const std::string& name, const std::string& path);

}  // namespace todod

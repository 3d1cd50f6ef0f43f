#pragma once

#include <string>

namespace todod::cli {

/// Databases by URL, env:NAME or file:PATH.
struct CopyOptions {
    std::string source{};  ///< empty: the configured one
    std::string target{};
    bool only_checks = false;
};

}  // namespace todod::cli

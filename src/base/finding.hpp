#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace todod::base {

/// How something stands that todod needs.
enum class Verdict : std::uint8_t {
    ok,
    warn,  ///< it works, and is better put right
    fail,  ///< it does not, or data are in danger
};

/// What an operator is told of one thing. Holds no secret.
struct Finding {
    Verdict verdict{};
    std::string what;    ///< a word or two: "schema"
    std::string detail;  ///< a line: how it is, and after a colon what to do if need be
};

using Findings = std::vector<Finding>;

}  // namespace todod::base

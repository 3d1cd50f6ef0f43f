#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace todod {

/// A variable's value cannot be used: says what it takes, never the value.
class Unusable {
public:
    std::string takes;
};

/// How the values of variables are read. Each throws Unusable.

std::int64_t to_number(std::string_view text, std::int64_t least, std::int64_t most);

bool to_bool(std::string_view text);

/// Commas, or a JSON list.
std::vector<std::string> to_list(std::string_view text);

}  // namespace todod

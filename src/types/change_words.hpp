#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "types/change.hpp"

namespace todod::types {

/// The title that a change was made to, or made; empty where it has left the title alone.
std::string_view title_of(const Change& change);

/// For people: "task 3 'Buy milk': priority medium → high". The title is the one that the change
/// knows, or else `title`; empty: it is not named.
std::string in_words(const Change& change, std::string_view title = {});

/// Where a change came from: "the assistant", "a program over MCP".
std::string in_words(const Origin& origin);

}  // namespace todod::types

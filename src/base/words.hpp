#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace todod::base {

/// The words of `utf8` for a search: runs of letters and digits without case and diacritics, in
/// byte order, each once. What SQLite's tokenizer unicode61 makes of it, but for marks in scripts
/// that have no letters without them.
std::vector<std::string> words_of(std::string_view utf8);

}  // namespace todod::base

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace todod::base {

/// The words of `utf8` for a search: runs of letters and digits without case and diacritics, in
/// byte order, each once. For Latin script they are what SQLite's tokenizer unicode61 makes of it;
/// that one keeps marks in other scripts, which go here.
std::vector<std::string> words_of(std::string_view utf8);

}  // namespace todod::base

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace todod::base {

/// The words of `utf8` for a search: runs of letters and digits without case and diacritics, in
/// byte order, each once. They are what SQLite's tokenizer unicode61 makes of it, but that that one
/// keeps marks in other scripts than Latin, and takes "ß" and ligatures for letters of their own.
std::vector<std::string> words_of(std::string_view utf8);

/// The same runs of `utf8` as they stand there, in their order.
std::vector<std::string_view> split_words(std::string_view utf8);

}  // namespace todod::base

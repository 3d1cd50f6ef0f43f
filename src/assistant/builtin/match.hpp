#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace todod::assistant::builtin {

/// How well a title fits the words that somebody has for a task, worst first.
enum class Fit : std::uint8_t {
    none,
    some,       ///< half of the words at least
    near,       ///< all of them, but for a typing error or a word that has been cut short
    inflected,  ///< all of them, in another form: "paying" and "pay", "tape" and "tap"
    plural,     ///< but for a plural: "grocery" and "groceries"
    exact,      ///< all of them
    whole,      ///< and the title has no others
};

/// The words that tell one task from another, without case: not those in `empty_words`, unless
/// there are no others. At most 16.
std::vector<std::string> telling_words(std::string_view text,
                                       std::span<const std::string_view> empty_words);

/// `wanted` and `title` are telling words.
Fit fit(std::span<const std::string> wanted, std::span<const std::string> title);

}  // namespace todod::assistant::builtin

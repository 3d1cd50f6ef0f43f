#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace todod::assistant::builtin {

/// A word, a number or a mark of a text.
struct Token {
    enum class Kind : std::uint8_t {
        word,    ///< letters and what holds them together ("don't", "follow-up")
        number,  ///< digits
        mark,    ///< one character of anything else
    };

    std::string text;       ///< without case, with plain quotes, apostrophes and dashes
    std::size_t begin = 0;  ///< where it stands in the text that it is of, in bytes
    std::size_t end = 0;
    Kind kind = Kind::word;
    bool is_joined = false;  ///< nothing stands between it and the token before ("3" and "pm")
};

/// The tokens of `utf8`, in order. What lies between them is white space.
std::vector<Token> tokenize(std::string_view utf8);

}  // namespace todod::assistant::builtin

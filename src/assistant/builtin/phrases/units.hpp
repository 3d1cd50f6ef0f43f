#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assistant/builtin/phrases/grammar.hpp"

namespace todod::assistant::builtin::phrases {

/// What is read as one: a word, a phrase ("get rid of"), a date, a number.
struct Unit {
    std::string_view text;  ///< of its only token, or of the phrase that it is; of a date: empty
    Classes classes = 0;
    std::size_t first = 0;  ///< its tokens: [first, last)
    std::size_t last = 0;
    std::int64_t value = 0;                ///< of a number or an ordinal
    const TimeMention* mention = nullptr;  ///< of a date or a time

    bool is(Classes any) const noexcept { return (classes & any) != 0; }
    bool is(Class one) const noexcept { return is(bit(one)); }
};

/// A text as it is understood; what its units point into. Valid while the text is.
struct Sentence {
    std::string_view text;
    std::span<const Token> tokens;
    std::vector<Unit> units;
    const Moment* moment = nullptr;

    /// As written, from one unit to before another.
    std::string_view slice(std::size_t first, std::size_t last) const;
};

/// [first, last) of a sentence's units.
struct Range {
    std::size_t first = 0;
    std::size_t last = 0;

    bool empty() const noexcept { return first >= last; }
};

Sentence to_sentence(std::string_view text, std::span<const Token> tokens,
                     std::span<const TimeMention> times, const Moment& moment);

}  // namespace todod::assistant::builtin::phrases

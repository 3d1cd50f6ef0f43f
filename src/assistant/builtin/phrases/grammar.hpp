#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "assistant/builtin/phrases/words.hpp"

namespace todod::assistant::builtin::phrases {

/// What a place of a rule lets through.
struct Step {
    enum class Kind : std::uint8_t { unit, gap, end, open, close, open_value, close_value };

    Kind kind = Kind::unit;
    Classes classes = 0;
    std::vector<std::string> words;
    std::size_t least = 1;
    std::size_t most = 1;
};

struct Rule {
    Intent intent{};
    double weight = 0;
    Classes needs = 0;  ///< has to be somewhere in a sentence that this can match
    bool asks = false;  ///< begins with what begins a question
    std::vector<Step> steps;
};

/// A language's tables, made ready for looking things up. Does not change once made.
class Grammar {
public:
    /// Throws base::Error{internal} where a rule is no rule. `words` outlives this.
    explicit Grammar(const PhraseWords& words);

    struct Known {
        std::string_view text;  ///< itself
        Classes classes = 0;
        std::int64_t value = 0;   ///< of a number or an ordinal
        std::size_t longest = 1;  ///< words of the longest phrase that begins with this one
        bool is_word = false;     ///< and not just the beginning of a phrase
    };

    /// Null: not a word of the language.
    const Known* find(std::string_view word) const;

    /// As `find`, for a word with a typing error in it.
    const Known* find_near(std::string_view word) const;

    std::span<const Rule> rules() const noexcept { return rules_; }
    std::span<const PhraseCue> cues() const noexcept { return cues_; }

private:
    void add_list(const WordList& list);
    void add_phrase(std::string_view phrase, Classes classes, std::int64_t value);

    std::unordered_map<std::string_view, Known> known_;
    std::array<std::vector<std::string_view>, 26> tolerant_;  ///< by first letter
    std::vector<Rule> rules_;
    std::span<const PhraseCue> cues_;
};

const Grammar& english_grammar();

}  // namespace todod::assistant::builtin::phrases

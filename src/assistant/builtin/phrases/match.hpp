#pragma once

#include <optional>

#include "assistant/builtin/phrases/units.hpp"

namespace todod::assistant::builtin::phrases {

/// What a clause wants, by the rule that fits it best.
struct Match {
    Intent intent{};
    double score = 0;
    Range clause;
    Range object;  ///< what is spoken of; empty: the rule names nothing
    Range value;   ///< what it is to become
    Range tail;    ///< after the clause: when to be reminded
};

/// Each rule that fits makes its intent as sure as its weight; of several, the surest counts, and
/// what speaks against the intent (a weight below 0) is taken off. The surest intent wins, of
/// equals the one whose rule is first. Nothing where none is sure enough.
std::optional<Match> find_match(const Sentence& sentence, Range clause);

}  // namespace todod::assistant::builtin::phrases

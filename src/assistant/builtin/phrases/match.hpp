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

/// Each rule that fits makes its intent as sure as its weight; of several, the surest counts. What
/// speaks against an intent (a weight below 0) is taken off where it is not beyond doubt, and ends
/// it at -1. The surest intent wins, of equals the one that comes first in Intent. Where none is
/// sure enough, the cues of the clause's words are added up instead, each counted once, and that
/// is never as sure as a rule that cuts a clause off; there are no cues for a delete. Nothing
/// where that is not sure enough either.
std::optional<Match> find_match(const Sentence& sentence, Range clause);

}  // namespace todod::assistant::builtin::phrases

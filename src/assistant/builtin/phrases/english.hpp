#pragma once

#include <span>

#include "assistant/builtin/phrases/words.hpp"

namespace todod::assistant::builtin::phrases {

/// How things are asked for in English, in no order that matters.
std::span<const PhraseRule> english_rules();

/// The same where a task is to be changed or deleted.
std::span<const PhraseRule> english_changes();

/// The same of what is said of what was said and done before, and of answers.
std::span<const PhraseRule> english_talk();

/// What to go by where none of the rules fits. There are none for a delete.
std::span<const PhraseCue> english_cues();

}  // namespace todod::assistant::builtin::phrases

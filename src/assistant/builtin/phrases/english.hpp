#pragma once

#include <span>

#include "assistant/builtin/phrases/words.hpp"

namespace todod::assistant::builtin::phrases {

/// How things are asked for in English, in no order that matters.
std::span<const PhraseRule> english_rules();

}  // namespace todod::assistant::builtin::phrases

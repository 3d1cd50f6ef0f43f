#pragma once

#include "assistant/builtin/scene.hpp"

namespace todod::assistant::builtin {

/// Takes the message as an answer to the question that is open. False: there is none, or the user
/// wants something else; the question is dropped then.
base::Async<bool> answer_question(Scene& scene);

/// Of answer_question, for what a field is to be.
base::Async<bool> answer_value(Scene& scene, Question question);

/// Takes the message as a correction of what was done just now: "no, the second one", "tomorrow".
/// False: it is none.
base::Async<bool> correct(Scene& scene);

}  // namespace todod::assistant::builtin

#pragma once

#include "assistant/builtin/scene.hpp"

namespace todod::assistant::builtin {

/// Says which tasks there are.
base::Async<void> show_tasks(Scene& scene, Filter filter);

/// Says how many there are.
base::Async<void> count_tasks(Scene& scene, Filter filter);

}  // namespace todod::assistant::builtin

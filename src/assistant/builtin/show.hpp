#pragma once

#include "assistant/builtin/scene.hpp"

namespace todod::assistant::builtin {

/// Says which tasks there are, by `sort` or as seems best.
base::Async<void> show_tasks(Scene& scene, Filter filter, std::optional<types::SortKey> sort);

/// Says how many there are.
base::Async<void> count_tasks(Scene& scene, Filter filter);

}  // namespace todod::assistant::builtin

#pragma once

#include <memory>

#include "feed/hub.hpp"
#include "store/tasks.hpp"

namespace todod::feed {

/// `tasks`, each write of which that was done wakes who follows its user's log. `hub` must outlive
/// what this gives.
std::unique_ptr<store::Tasks> wake_after_writes(std::unique_ptr<store::Tasks> tasks, Hub& hub);

}  // namespace todod::feed

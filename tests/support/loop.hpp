#pragma once

#include "base/blocking_loop.hpp"

namespace todod::testing {

/// The test's own thread runs it while it waits for a coroutine.
using TestLoop = base::BlockingLoop;

}  // namespace todod::testing

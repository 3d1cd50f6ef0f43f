#pragma once

#include "types/batch.hpp"

namespace todod::services {

/// Throws Error{invalid} with all operations that say too little for what they are to do, or what
/// goes with another.
void check(const types::Batch& batch);

}  // namespace todod::services

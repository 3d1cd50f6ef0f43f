#pragma once

#include <chrono>

#include "base/clock.hpp"
#include "base/finding.hpp"
#include "store/storage.hpp"

namespace todod::store {

struct Examination {
    const base::Clock& clock;
    bool migrates_on_start = true;
    /// What looks at all of the data is given up then.
    std::chrono::milliseconds patience{8000};
};

/// How the database is: whether it is there and keeps what it is given, its schema, its place.
/// Blocks; changes nothing. What cannot be found out is a finding too.
base::Findings examine(const DatabaseLocation& location, const Examination& examination);

/// Of a schema that is at `current` where `newest` is the newest this program knows.
base::Finding judge_schema(int current, int newest, const Examination& examination);

}  // namespace todod::store

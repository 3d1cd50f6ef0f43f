#pragma once

#include <string>

#include "db/postgres/settings.hpp"
#include "store/examine.hpp"

namespace todod::store::postgres {

/// As store::examine.
base::Findings examine(const db::postgres::Settings& settings, const Examination& examination);

}  // namespace todod::store::postgres

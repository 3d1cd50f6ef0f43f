#pragma once

#include <string>

#include "store/examine.hpp"

namespace todod::store::sqlite {

/// As store::examine.
base::Findings examine(const std::string& path, const Examination& examination);

}  // namespace todod::store::sqlite

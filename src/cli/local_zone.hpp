#pragma once

#include "base/time.hpp"

namespace todod::cli {

/// The time zone of this machine, as TZ or /etc/localtime has it; UTC where neither names one that
/// there is.
base::TimeZone local_zone();

}  // namespace todod::cli

#pragma once

#include "base/finding.hpp"
#include "net/redis_settings.hpp"

namespace todod::net {

/// How a Redis server is that limits are shared in. Blocks, for a few seconds at most (and for as
/// long as the host's name takes to be found).
base::Finding examine_redis(const RedisSettings& settings);

}  // namespace todod::net

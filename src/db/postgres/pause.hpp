#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "base/random.hpp"

namespace todod::db::postgres {

/// How long to wait before a server is tried again that has failed `failures` times before this:
/// twice as long each time, up to `longest`, and half of that at least. Replicas that lost their
/// server together are not to come back together.
inline std::chrono::milliseconds pause_after(int failures, std::chrono::milliseconds first,
                                             std::chrono::milliseconds longest,
                                             base::Random& random)
{
    constexpr int doublings_max = 20;
    const auto pause = std::min(first * (1 << std::min(failures, doublings_max)), longest);
    std::array<std::byte, 2> bytes;
    random.fill(bytes);
    const auto part = std::to_integer<int>(bytes[0]) << 8 | std::to_integer<int>(bytes[1]);
    return pause / 2 + pause * part / 0x1'FFFF;
}

}  // namespace todod::db::postgres

#pragma once

#include <chrono>

namespace todod::base {

/// A moment in UTC with the resolution that todod keeps and shows.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// What time it is. Passed in wherever time matters, so that a test can set it.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() const override
    {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

}  // namespace todod::base

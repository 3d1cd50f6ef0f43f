#pragma once

#include "base/clock.hpp"

namespace todod::testing {

/// A clock that stands still until a test moves it. It starts on Sat, 21 Nov 2026 10:00:00 UTC.
class FakeClock final : public base::Clock {
public:
    base::Instant now() const override { return now_; }

    void set(base::Instant now) noexcept { now_ = now; }
    void advance(std::chrono::milliseconds by) noexcept { now_ += by; }

private:
    base::Instant now_ =
        std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + std::chrono::hours{10};
};

}  // namespace todod::testing

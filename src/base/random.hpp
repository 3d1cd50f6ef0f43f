#pragma once

#include <cstddef>
#include <span>

namespace todod::base {

/// Where unpredictable bytes come from. Passed in, so that a test can fix them.
class Random {
public:
    virtual ~Random() = default;

    /// Fills `bytes`. Throws Error{internal} if the source fails.
    virtual void fill(std::span<std::byte> bytes) = 0;
};

/// OpenSSL's generator: fit for keys and tokens; may be used from any thread.
class SecureRandom final : public Random {
public:
    void fill(std::span<std::byte> bytes) override;
};

}  // namespace todod::base

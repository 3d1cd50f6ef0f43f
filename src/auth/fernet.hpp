#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/wiped.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"

namespace todod::auth {

/// Fernet tokens (https://github.com/fernet/spec, version 0x80): AES-128-CBC under HMAC-SHA256,
/// with the second in which they were made. Python's `cryptography` reads and writes the same.
/// Never changed once made: for any thread.
class Fernet {
public:
    static constexpr std::size_t max_plaintext_bytes = 16 * 1024;
    /// How far ahead the clock of whoever sealed may be, where a token's age matters.
    static constexpr std::chrono::seconds max_clock_skew{60};

    /// Whether it is 32 bytes in base64url with its padding (RFC 4648 §5).
    static bool is_key(std::string_view text);

    /// The first key seals, all open. Throws Error{invalid} when there is none, or one is no key.
    explicit Fernet(std::span<const std::string> keys);

    /// Throws Error{invalid} beyond max_plaintext_bytes.
    std::string seal(std::string_view plaintext, base::Instant now, base::Random& random) const;

    struct Opened {
        Wiped plaintext;
        bool is_current = false;  ///< sealed under the first key
    };

    /// Nothing for what is no token, or was sealed under no key that is here. With `ttl` also for
    /// one that is older than it, or from the future.
    std::optional<Opened> open(std::string_view token, base::Instant now,
                               std::optional<std::chrono::seconds> ttl = std::nullopt) const;

private:
    struct Key {
        explicit Key(std::string_view text);
        Key(const Key&) = default;
        Key& operator=(const Key&) = delete;
        ~Key();

        std::array<unsigned char, 16> signing{};
        std::array<unsigned char, 16> encryption{};
    };

    std::vector<Key> keys_;
};

}  // namespace todod::auth

#pragma once

#include <openssl/crypto.h>

#include <string>
#include <string_view>
#include <utility>

namespace todod::auth {

/// Overwrites all that a secret has in memory, and leaves it empty.
inline void wipe(std::string& secret) noexcept
{
    secret.resize(secret.capacity());
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

/// A secret that is overwritten before its memory is given back.
class Wiped {
public:
    explicit Wiped(std::string secret) noexcept : secret_(std::move(secret)) { wipe(secret); }
    // A short text lies in the string itself: what was moved away is still there.
    Wiped(Wiped&& other) noexcept : secret_(std::move(other.secret_)) { wipe(other.secret_); }
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    Wiped& operator=(Wiped&&) = delete;
    ~Wiped() { wipe(secret_); }

    std::string_view view() const noexcept { return secret_; }

private:
    std::string secret_;
};

}  // namespace todod::auth

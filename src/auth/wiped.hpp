#pragma once

#include <openssl/crypto.h>

#include <string>
#include <string_view>

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
    explicit Wiped(std::string secret) noexcept { take(secret); }
    Wiped(Wiped&& other) noexcept { take(other.secret_); }
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    Wiped& operator=(Wiped&&) = delete;
    ~Wiped() { wipe(secret_); }

    std::string_view view() const noexcept { return secret_; }

private:
    /// A short text lies in the string itself: what was taken away is still there.
    void take(std::string& secret) noexcept
    {
        secret_.swap(secret);
        wipe(secret);
    }

    std::string secret_;
};

}  // namespace todod::auth

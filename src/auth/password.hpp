#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "base/random.hpp"

namespace todod::auth {

/// Argon2id (RFC 9106), the parameters that new hashes get.
struct Argon2Parameters {
    unsigned passes = 2;
    unsigned memory_kib = 65536;
    unsigned lanes = 4;
};

/// Hashes `password` with a fresh 16-byte salt into 32 bytes, as a PHC string
/// ("$argon2id$v=19$m=65536,t=2,p=4$…"). Takes tens of milliseconds: see PasswordPool.
std::string hash_password(std::string_view password, const Argon2Parameters& parameters,
                          base::Random& random);

/// Whether `password` is what `phc` was made from, in constant time. Takes Better Auth's scrypt as
/// well (scrypt.hpp). False also for a string that is neither that nor a PHC string of Argon2id, or
/// one that asks for more than 1 GiB, 64 passes or 64 lanes. Throws Error{internal} when there is
/// no memory to tell.
bool verify_password(std::string_view password, const std::string& phc);

/// Whether `phc` was made with other parameters than these or another function, and should be made
/// anew.
bool needs_rehash(std::string_view phc, const Argon2Parameters& parameters);

/// Where passwords are hashed: a few threads beside the I/O threads, since one hash takes as long
/// as thousands of requests. May be used from any thread; the loops must outlive it.
class PasswordPool {
public:
    static constexpr std::size_t max_waiting = 64;

    struct Verdict {
        bool correct = false;
        std::string rehashed;  ///< what to keep instead, if correct and needs_rehash; else empty
    };

    /// At most `threads` hashes at once.
    PasswordPool(Argon2Parameters parameters, unsigned threads, base::Random& random);
    /// Finishes what is running, and lets what is waiting fail with Error{unavailable}.
    ~PasswordPool();
    PasswordPool(const PasswordPool&) = delete;
    PasswordPool& operator=(const PasswordPool&) = delete;

    /// Both go on on `loop`, and throw Error{unavailable} with retry_after when `max_waiting`
    /// others wait already.
    base::Async<std::string> hash(base::Loop& loop, std::string password);

    /// With a `phc` that is none, or empty (no such account), it works as long as with one, and
    /// says no.
    base::Async<Verdict> verify(base::Loop& loop, std::string password, std::string phc);

    struct Activity {
        std::size_t waiting = 0;
        std::size_t running = 0;
        std::uint64_t done = 0;
        std::uint64_t refused = 0;  ///< too many others waited
    };

    Activity activity() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace todod::auth

#pragma once

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/claims.hpp"

namespace todod::auth {

/// The tokens verified last, by their SHA-256, so that a signature is checked once. The one that
/// came first makes room. Their times are to be judged at each use.
class VerifiedTokens {
public:
    static constexpr std::size_t capacity = 4096;

    using Digest = std::array<unsigned char, 32>;

    VerifiedTokens();
    ~VerifiedTokens();
    VerifiedTokens(VerifiedTokens&&) noexcept;

    Digest digest_of(std::string_view token) const;

    /// Null for one that is not there.
    const Claims* find(const Digest& digest) const;

    const Claims& keep(const Digest& digest, Claims claims);

    void clear();

private:
    struct DigestHash {
        std::size_t operator()(const Digest& digest) const noexcept
        {
            std::size_t head = 0;
            std::memcpy(&head, digest.data(), sizeof head);
            return head;
        }
    };
    struct AlgorithmDeleter {
        void operator()(EVP_MD* algorithm) const noexcept;
    };

    std::unique_ptr<EVP_MD, AlgorithmDeleter>
        sha256_;  ///< fetched once: it takes as long as a hash
    std::unordered_map<Digest, Claims, DigestHash> by_digest_;
    std::vector<Digest> order_;
    std::size_t oldest_ = 0;
};

}  // namespace todod::auth

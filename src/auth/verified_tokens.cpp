#include "auth/verified_tokens.hpp"

#include <openssl/evp.h>

#include "base/error.hpp"

namespace todod::auth {

using base::Error;
using base::ErrorCode;

void VerifiedTokens::AlgorithmDeleter::operator()(EVP_MD* algorithm) const noexcept
{
    EVP_MD_free(algorithm);
}

VerifiedTokens::VerifiedTokens() : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr))
{
    if (!sha256_) throw Error{ErrorCode::internal, "OpenSSL has no SHA-256."};
}
VerifiedTokens::~VerifiedTokens() = default;
VerifiedTokens::VerifiedTokens(VerifiedTokens&&) noexcept = default;

VerifiedTokens::Digest VerifiedTokens::digest_of(std::string_view token) const
{
    Digest digest;
    if (EVP_Digest(token.data(), token.size(), digest.data(), nullptr, sha256_.get(), nullptr) !=
        1) {
        throw Error{ErrorCode::internal, "SHA-256 failed."};
    }
    return digest;
}

const Claims* VerifiedTokens::find(const Digest& digest) const
{
    const auto found = by_digest_.find(digest);
    return found == by_digest_.end() ? nullptr : &found->second;
}

const Claims& VerifiedTokens::keep(const Digest& digest, Claims claims)
{
    if (order_.size() < capacity) {
        order_.push_back(digest);
    } else {
        by_digest_.erase(order_[oldest_]);
        order_[oldest_] = digest;
        oldest_ = (oldest_ + 1) % capacity;
    }
    return by_digest_.insert_or_assign(digest, std::move(claims)).first->second;
}

void VerifiedTokens::clear()
{
    by_digest_.clear();
    order_.clear();
    oldest_ = 0;
}

}  // namespace todod::auth

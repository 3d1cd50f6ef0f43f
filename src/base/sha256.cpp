#include "base/sha256.hpp"

#include <openssl/evp.h>

#include "base/error.hpp"

namespace todod::base {

namespace {

constexpr std::size_t digest_bytes = 32;

[[noreturn]] void fail()
{
    throw Error{ErrorCode::internal, "SHA-256 failed."};
}

}  // namespace

std::string sha256(std::string_view bytes)
{
    std::string digest(digest_bytes, '\0');
    if (EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(),
                     reinterpret_cast<unsigned char*>(digest.data()), nullptr) != 1) {
        fail();
    }
    return digest;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept
{
    EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new())
{
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) fail();
}

void Sha256::add(std::string_view bytes)
{
    if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) fail();
}

std::string Sha256::finish()
{
    std::string digest(digest_bytes, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(digest.data());
    if (EVP_DigestFinal_ex(context_.get(), out, nullptr) != 1) fail();
    return digest;
}

}  // namespace todod::base

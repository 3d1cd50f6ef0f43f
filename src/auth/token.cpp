#include "auth/token.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

constexpr std::size_t random_bytes = 32;

template <class Byte, std::size_t size>
std::string encode(const std::array<Byte, size>& bytes)
{
    return base::base64url_encode({reinterpret_cast<const char*>(bytes.data()), size});
}

}  // namespace

std::string make_token(base::Random& random)
{
    std::array<std::byte, random_bytes> bytes{};
    random.fill(bytes);
    return std::string{token_prefix} + encode(bytes);
}

std::optional<std::string> hash_token(std::string_view token)
{
    if (!token.starts_with(token_prefix)) return std::nullopt;
    const auto bytes = base::base64url_decode(token.substr(token_prefix.size()));
    if (!bytes || bytes->size() != random_bytes) return std::nullopt;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    if (EVP_Q_digest(nullptr, "SHA256", nullptr, token.data(), token.size(), digest.data(),
                     nullptr) != 1) {
        throw base::Error{base::ErrorCode::internal, "SHA-256 failed."};
    }
    return encode(digest);
}

}  // namespace todod::auth

#include "auth/token.hpp"

#include <array>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

constexpr std::size_t random_bytes = 32;

}  // namespace

std::string make_token(base::Random& random)
{
    std::array<std::byte, random_bytes> bytes{};
    random.fill(bytes);
    return std::string{token_prefix} +
           base::base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::optional<std::string> hash_token(std::string_view token)
{
    if (!token.starts_with(token_prefix)) return std::nullopt;
    const auto bytes = base::base64url_decode(token.substr(token_prefix.size()));
    if (!bytes || bytes->size() != random_bytes) return std::nullopt;
    return base::base64url_encode(base::sha256(token));
}

}  // namespace todod::auth

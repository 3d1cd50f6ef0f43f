#include "store/secret.hpp"

#include <array>

#include "base/text.hpp"

namespace todod::store {

std::string make_secret(base::Random& random)
{
    constexpr std::size_t secret_bytes = 32;
    std::array<std::byte, secret_bytes> bytes;
    random.fill(bytes);
    return base::base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace todod::store

#include "webhooks/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "auth/hmac.hpp"
#include "auth/wiped.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::webhooks {

namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t random_bytes = 32;

std::optional<std::string> base64_decode(std::string_view text)
{
    std::string plain{text.substr(0, text.find('='))};
    std::ranges::replace(plain, '+', '-');
    std::ranges::replace(plain, '/', '_');
    auto bytes = base::base64url_decode(plain);
    auth::wipe(plain);
    return bytes;
}

}  // namespace

std::string make_secret(base::Random& random)
{
    std::array<std::byte, random_bytes> bytes{};
    random.fill(bytes);
    const std::string_view view{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return std::string{prefix} + base::base64_encode(view);
}

std::string sign(std::string_view secret, const Message& message, base::Instant attempt)
{
    if (secret.starts_with(prefix)) secret.remove_prefix(prefix.size());
    auto bytes = base64_decode(secret);
    if (!bytes) throw base::Error{base::ErrorCode::internal, "a webhook's secret is none"};
    const auth::Wiped key{*std::move(bytes)};
    const std::string signed_text =
        fmt::format("{}.{}.{}", message.id, timestamp_of(attempt), message.body);
    return "v1," + base::base64_encode(auth::hmac_sha256(key.view(), signed_text));
}

std::string timestamp_of(base::Instant attempt)
{
    return std::to_string(
        std::chrono::floor<std::chrono::seconds>(attempt).time_since_epoch().count());
}

}  // namespace todod::webhooks

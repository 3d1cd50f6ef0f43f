#include "mcp/state_seal.hpp"

#include <charconv>

#include "auth/hmac.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::mcp {

namespace {

/// Past it, nothing is even looked at.
constexpr std::size_t max_bytes = 16 * 1024;

constexpr char separator = '.';

std::int64_t to_number(base::Instant instant)
{
    return instant.time_since_epoch().count();
}

[[noreturn]] void refuse()
{
    throw base::Error{base::ErrorCode::invalid,
                      "`requestState` is not what was given, or is too old: begin anew."};
}

}  // namespace

StateSeal::StateSeal(std::string key, const base::Clock& clock)
    : key_(std::move(key)), clock_(clock)
{
}

std::string StateSeal::seal(std::string_view user_id, std::string_view purpose,
                            std::string_view content) const
{
    const auto until = to_number(clock_.now() + lifetime);
    const std::string text =
        base::base64url_encode(fmt::format("{}{}{}", until, separator, content));
    return text + separator + base::base64url_encode(sign(user_id, purpose, text));
}

std::string StateSeal::open(std::string_view user_id, std::string_view purpose,
                            std::string_view sealed) const
{
    const auto end = sealed.find(separator);
    if (sealed.size() > max_bytes || end == sealed.npos) refuse();
    const auto text = sealed.substr(0, end);
    const auto signature = base::base64url_decode(sealed.substr(end + 1));
    if (!signature || !base::equals_in_constant_time(*signature, sign(user_id, purpose, text))) {
        refuse();
    }
    const auto content = base::base64url_decode(text);
    if (!content) refuse();
    std::int64_t until = 0;
    const auto [rest, error] =
        std::from_chars(content->data(), content->data() + content->size(), until);
    if (error != std::errc{} || until < to_number(clock_.now())) refuse();
    return content->substr(static_cast<std::size_t>(rest - content->data()) + 1);
}

/// With the lengths, so that no two ways to divide the same text are signed alike.
std::string StateSeal::sign(std::string_view user_id, std::string_view purpose,
                            std::string_view signed_text) const
{
    return auth::hmac_sha256(key_, fmt::format("{}:{}{}:{}{}", user_id.size(), user_id,
                                               purpose.size(), purpose, signed_text));
}

}  // namespace todod::mcp

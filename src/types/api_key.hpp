#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "schema/codec.hpp"

namespace todod::types {

/// Whose models a user's own key is for. What is stored are their names.
enum class Provider : std::uint8_t { openai, openrouter, gemini, anthropic, custom };

std::string_view to_string(Provider provider) noexcept;  ///< "openai" … "custom"

/// Exactly by its name.
std::optional<Provider> parse_provider(std::string_view name) noexcept;

/// A key as its owner sees it: never the key itself.
struct ApiKey {
    Provider provider{};
    std::string masked_key{};
    std::optional<std::string> base_url{};
    std::optional<std::string> model{};
    std::optional<bool> valid{};  ///< what the provider said of it; nothing: it was not asked
    std::optional<base::Instant> last_validated_at{};
    base::Instant created_at{};
    base::Instant updated_at{};
};

/// A key as it is kept.
struct SealedApiKey {
    ApiKey shown{};
    std::string token{};  ///< the key, sealed (auth/fernet.hpp)
};

struct PutApiKey {
    Provider provider{};
    std::string api_key{};
    std::optional<std::string> base_url{};
    std::optional<std::string> model{};
};

/// Which of a user's keys is meant.
struct NameApiKey {
    Provider provider{};
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::Provider> {
    using enum types::Provider;
    static constexpr std::array<EnumValue<types::Provider>, 5> values{{
        {openai, {"openai", "openai", "openai"}},
        {openrouter, {"openrouter", "openrouter", "openrouter"}},
        {gemini, {"gemini", "gemini", "gemini"}},
        {anthropic, {"anthropic", "anthropic", "anthropic"}},
        {custom, {"custom", "custom", "custom"}},
    }};
};

template <>
const Type& type_of<types::ApiKey>();
template <>
const Type& type_of<types::PutApiKey>();
template <>
const Type& type_of<types::NameApiKey>();

}  // namespace todod::schema

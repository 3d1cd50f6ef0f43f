#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "schema/codec.hpp"

namespace todod::types {

/// What a caller may do.
enum class Scope : std::uint8_t { read = 1, write = 2, remove = 4 };

/// Any of them, each a bit.
using Scopes = std::uint8_t;
inline constexpr Scopes all_scopes = 0b111;

constexpr bool has(Scopes scopes, Scope scope) noexcept
{
    return (scopes & static_cast<Scopes>(scope)) != 0;
}

Scopes join(const std::vector<Scope>& scopes) noexcept;

/// In the order of the enumeration.
std::vector<Scope> split(Scopes scopes);

/// One of todod's own tokens, as its owner sees it.
struct Token {
    base::Uuid id;
    std::string name;
    std::vector<Scope> scopes;
    base::Instant created_at;
    std::optional<base::Instant> expires_at;    ///< nothing: never
    std::optional<base::Instant> last_used_at;  ///< to about a minute

    bool operator==(const Token&) const = default;
};

/// One that has just been made: what it is sent as is told this once.
struct NewToken : Token {
    std::string token;
};

struct TokenRequest {
    std::string name;
    std::vector<Scope> scopes;
    std::optional<std::int64_t> expires_in_days;
};

/// Names one by the text in a path, which may be no id at all.
struct TokenName {
    std::string token_id;
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::Scope> {
    static constexpr std::array<EnumValue<types::Scope>, 3> values{{
        {types::Scope::read, {"read", "read", "read"}},
        {types::Scope::write, {"write", "write", "write"}},
        {types::Scope::remove, {"delete", "delete", "delete"}},
    }};
};

template <>
const Type& type_of<types::Token>();
template <>
const Type& type_of<types::NewToken>();
template <>
const Type& type_of<types::TokenRequest>();
template <>
const Type& type_of<types::TokenName>();

}  // namespace todod::schema

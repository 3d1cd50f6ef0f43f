#include "types/token.hpp"

#include <boost/json/object.hpp>

#include "schema/builder.hpp"

namespace todod::types {

Scopes join(const std::vector<Scope>& scopes) noexcept
{
    Scopes joined = 0;
    for (const Scope scope : scopes)
        joined |= static_cast<Scopes>(scope);
    return joined;
}

std::vector<Scope> split(Scopes scopes)
{
    std::vector<Scope> found;
    for (const auto& known : schema::EnumNames<Scope>::values) {
        if (has(scopes, known.value)) found.push_back(known.value);
    }
    return found;
}

}  // namespace todod::types

namespace todod::schema {

namespace {

constexpr Limits name_limits{
    .min_length = 1, .max_length = 100, .trimmed = true, .printable = true};
constexpr Limits scopes_limits{.min_items = 1, .max_items = 3, .unique = true};
constexpr Limits days_limits{.minimum = 1, .maximum = 3650};

constexpr std::string_view example_id = R"("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e")";
constexpr std::string_view example_name = R"("My agent")";
constexpr std::string_view example_scopes = R"(["read", "write"])";
constexpr std::string_view example_token = R"("tdd_YW4gZXhhbXBsZSBvZiAyNTYgcmFuZG9tIGJpdHMuLi4")";

/// What begins each of them.
template <class T>
void describe_head(TypeBuilder<T>& builder)
{
    builder.template field<&types::Token::id>("id", "What it is revoked by.",
                                              {.example = example_id});
    builder.template field<&types::Token::name>("name", "What its owner calls it.",
                                                {.example = example_name});
    builder.template field<&types::Token::scopes>("scopes", "What it may be used for.",
                                                  {.example = example_scopes});
}

template <class T>
void describe_times(TypeBuilder<T>& builder)
{
    builder.template field<&types::Token::created_at>("created_at", "When it was made.");
    builder.template field<&types::Token::expires_at>("expires_at",
                                                      "When it ends; null: when it is revoked.");
    builder.template field<&types::Token::last_used_at>(
        "last_used_at", "When it was last used, to about a minute; null: never.");
}

}  // namespace

template <>
const Type& type_of<types::Token>()
{
    static const Type type = [] {
        TypeBuilder<types::Token> builder{"Token", "One of the caller's own tokens."};
        describe_head(builder);
        describe_times(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<types::NewToken>()
{
    static const Type type = [] {
        TypeBuilder<types::NewToken> builder{"NewToken", "A token that has just been made."};
        describe_head(builder);
        builder.field<&types::NewToken::token>(
            "token", "To be sent as `Authorization: Bearer …`. It is shown this once.",
            {.example = example_token});
        describe_times(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<types::TokenRequest>()
{
    using types::TokenRequest;
    static const Type type =
        TypeBuilder<TokenRequest>{"TokenRequest", "A new token."}
            .field<&TokenRequest::name>(
                "name", "What its owner calls it.",
                {.required = true, .example = example_name, .limits = name_limits})
            .field<&TokenRequest::scopes>(
                "scopes", "What it may be used for.",
                {.required = true, .example = example_scopes, .limits = scopes_limits})
            .field<&TokenRequest::expires_in_days>(
                "expires_in_days", "After how many days it ends; without it, when it is revoked.",
                {.example = "90", .limits = days_limits})
            .done();
    return type;
}

template <>
const Type& type_of<types::TokenName>()
{
    using types::TokenName;
    static const Type type =
        TypeBuilder<TokenName>{"TokenName", "Which token."}
            .field<&TokenName::token_id>(
                "token_id", "The token's `id`.",
                {.required = true, .place = Place::path, .example = example_id})
            .done();
    return type;
}

}  // namespace todod::schema

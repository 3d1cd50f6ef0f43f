#include "types/api_key.hpp"

#include <boost/json/object.hpp>

#include "schema/builder.hpp"

namespace todod::types {

std::string_view to_string(Provider provider) noexcept
{
    return schema::Codec<Provider>::name(provider, schema::Dialect::tool);
}

std::optional<Provider> parse_provider(std::string_view name) noexcept
{
    for (const auto& [provider, names] : schema::EnumNames<Provider>::values) {
        if (names.front() == name) return provider;
    }
    return std::nullopt;
}

}  // namespace todod::types

namespace todod::schema {

namespace {

/// Long enough for keys that are tokens with claims in them.
constexpr Limits key_limits{
    .min_length = 1, .max_length = 4096, .trimmed = true, .printable = true, .format = "password"};
constexpr Limits base_url_limits{
    .min_length = 1, .max_length = 1000, .trimmed = true, .printable = true, .format = "uri"};
constexpr Limits model_limits{
    .min_length = 1, .max_length = 200, .trimmed = true, .printable = true};

constexpr FieldOptions provider_options{
    .required = true, .place = Place::path, .example = R"("openai")"};
constexpr std::string_view provider_doc = "Whose models the key is for.";
constexpr std::string_view base_url_doc =
    "Of a custom provider, and of no other: where its OpenAI-compatible API is.";
constexpr std::string_view model_doc = "The model to ask.";
constexpr std::string_view example_base_url = R"("https://models.example.com/v1")";
constexpr std::string_view example_model = R"("gpt-4o-mini")";

}  // namespace

template <>
const Type& type_of<types::ApiKey>()
{
    using types::ApiKey;
    static const Type type =
        TypeBuilder<ApiKey>{"ApiKey", "A key of the user's own for a provider of models."}
            .field<&ApiKey::provider>("provider", provider_doc)
            .field<&ApiKey::masked_key>("masked_key",
                                        "Its last four characters, unless it is a short one.",
                                        {.example = R"("****3fQ9")"})
            .field<&ApiKey::base_url>("base_url", base_url_doc, {.example = example_base_url})
            .field<&ApiKey::model>("model", model_doc, {.example = example_model})
            .field<&ApiKey::valid>("valid",
                                   "Whether the provider took it when it was last asked; null "
                                   "until then.")
            .field<&ApiKey::last_validated_at>("last_validated_at",
                                               "When the provider last said so.")
            .field<&ApiKey::created_at>("created_at", "When there first was a key for it.")
            .field<&ApiKey::updated_at>("updated_at", "When the key was last set.")
            .done();
    return type;
}

template <>
const Type& type_of<types::PutApiKey>()
{
    using types::PutApiKey;
    static const Type type =
        TypeBuilder<PutApiKey>{"PutApiKey", "A key that todod is to use for its user."}
            .field<&PutApiKey::provider>("provider", provider_doc, provider_options)
            .field<&PutApiKey::api_key>(
                "api_key", "The key. It is kept sealed, and never shown.",
                {.required = true, .example = R"("sk-…3fQ9")", .limits = key_limits})
            .field<&PutApiKey::base_url>("base_url", base_url_doc,
                                         {.example = example_base_url, .limits = base_url_limits})
            .field<&PutApiKey::model>("model", model_doc,
                                      {.example = example_model, .limits = model_limits})
            .done();
    return type;
}

template <>
const Type& type_of<types::NameApiKey>()
{
    using types::NameApiKey;
    static const Type type =
        TypeBuilder<NameApiKey>{"NameApiKey", "Which key is meant."}
            .field<&NameApiKey::provider>("provider", provider_doc, provider_options)
            .done();
    return type;
}

}  // namespace todod::schema

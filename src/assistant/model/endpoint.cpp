#include "assistant/model/endpoint.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "services/providers.hpp"

namespace todod::assistant::model {

using types::Provider;

namespace {

std::string_view default_model(Provider provider) noexcept
{
    switch (provider) {
        case Provider::openai:
            return default_openai_model;
        case Provider::openrouter:
            return default_openrouter_model;
        case Provider::gemini:
            return default_gemini_model;
        case Provider::anthropic:
            return default_anthropic_model;
        case Provider::custom:
            return {};
    }
    return {};
}

/// Of the provider's API in OpenAI's form, where that is another place than its own.
std::string chat_url_of(Provider provider)
{
    std::string url{services::base_url_of(provider)};
    if (provider == Provider::gemini) url += "/openai";
    return url;
}

/// In the order of Provider, those that were refused last.
std::vector<Provider> in_order(const std::vector<types::ApiKey>& keys)
{
    std::vector<std::pair<bool, Provider>> ranked;
    ranked.reserve(keys.size());
    for (const auto& key : keys)
        ranked.emplace_back(key.valid == false, key.provider);
    std::ranges::sort(ranked);
    std::vector<Provider> order;
    order.reserve(ranked.size());
    for (const auto& [_, provider] : ranked)
        order.push_back(provider);
    return order;
}

}  // namespace

std::optional<Endpoint> server_endpoint(const ServerSettings& settings)
{
    const bool has_key = !settings.openai_key.empty() || !settings.openrouter_key.empty();
    if (!has_key && settings.base_url.empty()) return std::nullopt;
    const bool is_openrouter = settings.openai_key.empty() && !settings.openrouter_key.empty();
    const Provider provider = is_openrouter ? Provider::openrouter : Provider::openai;
    Endpoint endpoint{
        .provider = "server",
        .base_url = settings.base_url,
        .model = settings.model,
        .key = auth::Wiped{is_openrouter ? settings.openrouter_key : settings.openai_key}};
    if (endpoint.base_url.empty()) endpoint.base_url = chat_url_of(provider);
    if (endpoint.model.empty()) endpoint.model = default_model(provider);
    return endpoint;
}

std::optional<Endpoint> user_endpoint(Provider provider, services::OpenedApiKey opened,
                                      bool public_only)
{
    const bool is_custom = provider == Provider::custom;
    Endpoint endpoint{.provider = std::string{types::to_string(provider)},
                      .base_url = is_custom ? opened.base_url.value_or("") : chat_url_of(provider),
                      .model = opened.model.value_or(std::string{default_model(provider)}),
                      .key = std::move(opened.key),
                      .is_users = true,
                      .public_only = public_only && is_custom};
    if (endpoint.base_url.empty() || endpoint.model.empty()) return std::nullopt;
    return endpoint;
}

base::Async<std::optional<Endpoint>> choose_endpoint(services::ApiKeys& keys, std::string user_id,
                                                     ServerSettings server, bool public_only)
{
    std::exception_ptr failure;
    if (keys.is_on()) {
        for (const Provider provider : in_order(co_await keys.list(user_id))) {
            try {
                auto opened = co_await keys.open_key(user_id, provider);
                if (!opened) continue;
                auto endpoint = user_endpoint(provider, *std::move(opened), public_only);
                if (endpoint) co_return endpoint;
            } catch (const base::Error& error) {
                if (error.code() != base::ErrorCode::conflict) throw;
                failure = std::current_exception();
            }
        }
    }
    auto endpoint = server_endpoint(server);
    if (!endpoint && failure) std::rethrow_exception(failure);
    co_return endpoint;
}

}  // namespace todod::assistant::model

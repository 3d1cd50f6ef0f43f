#include "services/providers.hpp"

#include "base/error.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;
using types::Provider;

namespace {

constexpr std::chrono::seconds wait_for_provider{10};
constexpr std::chrono::seconds wait_for_place{1};

/// Of the answers that are expected; lists of models are the longest.
constexpr std::size_t max_answer_bytes = std::size_t{1} << 20U;

constexpr int ok = 200;
constexpr int bad_request = 400;
constexpr int unauthorized = 401;
constexpr int forbidden = 403;

/// One of few places, as long as this lives.
class Place {
public:
    explicit Place(std::atomic<std::size_t>& taken) : taken_(taken)
    {
        if (++taken_ <= Providers::max_at_once) return;
        --taken_;
        throw Error::unavailable("Too many keys are being checked: try again soon.",
                                 wait_for_place);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { --taken_; }

private:
    std::atomic<std::size_t>& taken_;
};

Error no_verdict(Provider provider, std::string cause)
{
    const std::string who = provider == Provider::custom
                                ? std::string{"The provider at base_url"}
                                : fmt::format("The provider {}", types::to_string(provider));
    return Error::unavailable(
        fmt::format("{} did not say whether it takes the key: try again later.", who),
        wait_for_provider, std::move(cause));
}

}  // namespace

std::string_view base_url_of(Provider provider) noexcept
{
    switch (provider) {
        case Provider::openai:
            return "https://api.openai.com/v1";
        case Provider::openrouter:
            return "https://openrouter.ai/api/v1";
        case Provider::gemini:
            return "https://generativelanguage.googleapis.com/v1beta";
        case Provider::anthropic:
            return "https://api.anthropic.com/v1";
        case Provider::custom:
            return {};
    }
    return {};
}

net::HttpRequest make_key_request(Provider provider, std::string_view base_url,
                                  std::string_view key)
{
    while (base_url.ends_with('/'))
        base_url.remove_suffix(1);
    net::HttpRequest request;
    request.headers.push_back({"Accept", "application/json"});
    switch (provider) {
        case Provider::openai:
        case Provider::custom:
            request.url = fmt::format("{}/models", base_url);
            request.headers.push_back({"Authorization", fmt::format("Bearer {}", key)});
            break;
        case Provider::openrouter:
            // Its list of models is for everybody.
            request.url = fmt::format("{}/key", base_url);
            request.headers.push_back({"Authorization", fmt::format("Bearer {}", key)});
            break;
        case Provider::gemini:
            request.url = fmt::format("{}/models?pageSize=1", base_url);
            request.headers.push_back({"x-goog-api-key", std::string{key}});
            break;
        case Provider::anthropic:
            request.url = fmt::format("{}/models?limit=1", base_url);
            request.headers.push_back({"x-api-key", std::string{key}});
            request.headers.push_back({"anthropic-version", "2023-06-01"});
            break;
    }
    request.timeout = Providers::patience;
    request.max_body_bytes = max_answer_bytes;
    return request;
}

std::optional<bool> read_key_answer(Provider provider, const net::HttpResponse& answer)
{
    if (answer.status == ok) return true;
    if (answer.status == unauthorized || answer.status == forbidden) return false;
    // How Google says that there is no such key.
    const bool is_unknown = provider == Provider::gemini && answer.status == bad_request &&
                            answer.body.contains("API_KEY_INVALID");
    if (is_unknown) return false;
    return std::nullopt;
}

base::Async<net::HttpResponse> Providers::ask(base::Loop& loop, Provider provider,
                                              net::HttpRequest request)
{
    try {
        co_return co_await client_.send(std::move(request), loop);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::bad_request && provider == Provider::custom) {
            throw Error{ErrorCode::bad_request, "The key's base_url leads to no public address."};
        }
        throw no_verdict(provider, error.cause().empty() ? error.message() : error.cause());
    }
}

base::Async<bool> Providers::takes_key(base::Loop& loop, Provider provider,
                                       std::optional<std::string> base_url, auth::Wiped key)
{
    const Place place{under_way_};
    std::string where{base_url_of(provider)};
    if (provider == Provider::custom) where = base_url.value_or("");
    auto request = make_key_request(provider, where, key.view());
    request.public_only = public_only_ && provider == Provider::custom;
    const auto answer = co_await ask(loop, provider, std::move(request));
    const auto verdict = read_key_answer(provider, answer);
    if (!verdict) {
        throw no_verdict(provider, fmt::format("a provider ({}) answered {}",
                                               types::to_string(provider), answer.status));
    }
    co_return *verdict;
}

}  // namespace todod::services

#include "services/api_keys.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/address.hpp"
#include "net/url.hpp"

namespace todod::services {

using base::Error;
using base::ErrorCode;
using types::ApiKey;
using types::Provider;
using types::SealedApiKey;

namespace {

constexpr std::string_view mask = "****";
constexpr std::size_t shown_characters = 4;

std::string mask_key(std::string_view key)
{
    std::string masked{mask};
    if (key.size() >= ApiKeys::min_masked_length) {
        masked += key.substr(key.size() - shown_characters);
    }
    return masked;
}

bool is_visible_ascii(std::string_view text) noexcept
{
    return std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

std::optional<base::Violation> check_base_url(const types::PutApiKey& input, bool public_only)
{
    const std::vector<std::string> loc{"body", "base_url"};
    if (input.provider != Provider::custom) {
        if (!input.base_url) return std::nullopt;
        return base::Violation{loc, "base_url is for the provider custom alone.", "not_allowed"};
    }
    if (!input.base_url) {
        return base::Violation{loc, "base_url is required for the provider custom.", "missing"};
    }
    const auto url = net::parse_url(*input.base_url);
    if (!url || input.base_url->find_first_of("?#") != std::string::npos) {
        return base::Violation{loc,
                               "base_url must be an http or https URL without a user, a query and "
                               "a fragment.",
                               "url"};
    }
    if (public_only && net::is_private_host(url->host)) {
        return base::Violation{loc, "base_url must lead to a public address.", "url"};
    }
    return std::nullopt;
}

/// All that a type's description does not say.
void check(const types::PutApiKey& input, bool public_only)
{
    std::vector<base::Violation> violations;
    if (!is_visible_ascii(input.api_key)) {
        violations.push_back({{"body", "api_key"},
                              "api_key must be of visible ASCII characters, without spaces.",
                              "api_key"});
    }
    if (auto violation = check_base_url(input, public_only)) {
        violations.push_back(*std::move(violation));
    }
    if (!violations.empty()) throw Error::invalid(std::move(violations));
}

Error no_key(Provider provider)
{
    return {ErrorCode::not_found,
            fmt::format("There is no key for {}.", types::to_string(provider))};
}

}  // namespace

ApiKeys::ApiKeys(store::ApiKeys& store, const auth::Fernet* keyring, AskProvider ask,
                 bool public_only, const base::Clock& clock, base::Random& random)
    : store_(store),
      keyring_(keyring),
      ask_(std::move(ask)),
      public_only_(public_only),
      clock_(clock),
      random_(random)
{
}

const auth::Fernet& ApiKeys::keyring() const
{
    if (keyring_ != nullptr) return *keyring_;
    throw Error::unavailable("API keys are off: ENCRYPTION_KEY is not set.",
                             std::chrono::minutes{1});
}

auth::Fernet::Opened ApiKeys::open(const SealedApiKey& key) const
{
    auto opened = keyring().open(key.token, clock_.now());
    if (opened) return *std::move(opened);
    throw Error{ErrorCode::conflict,
                fmt::format("The key for {} was sealed under an ENCRYPTION_KEY that is not "
                            "configured any more: set the key again.",
                            types::to_string(key.shown.provider))};
}

std::string ApiKeys::reseal(const SealedApiKey& key, const auth::Fernet::Opened& opened) const
{
    if (opened.is_current) return key.token;
    return keyring().seal(opened.plaintext.view(), clock_.now(), random_);
}

base::Async<std::vector<ApiKey>> ApiKeys::list(std::string user_id)
{
    keyring();
    co_return co_await store_.list(std::move(user_id));
}

base::Async<ApiKey> ApiKeys::put(std::string user_id, types::PutApiKey input)
{
    const auth::Fernet& sealer = keyring();
    check(input, public_only_);
    const auth::Wiped api_key{std::move(input.api_key)};
    const base::Instant now = clock_.now();
    SealedApiKey key{.token = sealer.seal(api_key.view(), now, random_)};
    key.shown = {.provider = input.provider,
                 .masked_key = mask_key(api_key.view()),
                 .base_url = std::move(input.base_url),
                 .model = std::move(input.model),
                 .created_at = now,
                 .updated_at = now};
    auto kept = co_await store_.put(std::move(user_id), std::move(key));
    if (!kept) throw Error{ErrorCode::unauthorized, "The account has been deleted."};
    co_return *std::move(kept);
}

base::Async<ApiKey> ApiKeys::validate(std::string user_id, Provider provider)
{
    keyring();
    auto key = co_await store_.find(user_id, provider);
    if (!key) throw no_key(provider);
    auto opened = open(*key);
    const std::string token = std::exchange(key->token, reseal(*key, opened));
    key->shown.valid = co_await ask_(provider, key->shown.base_url, std::move(opened.plaintext));
    key->shown.last_validated_at = clock_.now();
    ApiKey shown = key->shown;
    if (!co_await store_.update(std::move(user_id), token, *std::move(key))) {
        throw Error{ErrorCode::conflict, "The key has been replaced while it was checked."};
    }
    co_return shown;
}

base::Async<void> ApiKeys::remove(std::string user_id, Provider provider)
{
    keyring();
    if (!co_await store_.remove(std::move(user_id), provider)) throw no_key(provider);
}

base::Async<std::optional<OpenedApiKey>> ApiKeys::open_key(std::string user_id, Provider provider)
{
    if (keyring_ == nullptr) co_return std::nullopt;
    auto key = co_await store_.find(user_id, provider);
    if (!key) co_return std::nullopt;
    auto opened = open(*key);
    if (!opened.is_current) {
        SealedApiKey resealed = *key;
        resealed.token = reseal(*key, opened);
        // That somebody else has changed it meanwhile is as good.
        co_await store_.update(std::move(user_id), key->token, std::move(resealed));
    }
    co_return OpenedApiKey{std::move(opened.plaintext), std::move(key->shown.base_url),
                           std::move(key->shown.model)};
}

}  // namespace todod::services

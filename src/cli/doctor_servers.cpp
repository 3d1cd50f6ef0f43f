#include <boost/json/parse.hpp>

#include "auth/public_key.hpp"
#include "base/blocking_loop.hpp"
#include "base/error.hpp"
#include "cli/doctor.hpp"
#include "net/http_client.hpp"
#include "net/url.hpp"
#include "services/providers.hpp"

namespace todod::cli {

using base::Finding;
using base::Findings;
using base::Verdict;

namespace {

constexpr std::chrono::seconds patience{8};
constexpr int ok_status = 200;
constexpr std::string_view model = "model";
constexpr std::string_view auth_server = "auth server";

/// An answer, or why there is none.
struct Answer {
    net::HttpResponse response;
    std::string failure;
};

Answer ask(const Config& config, net::HttpRequest request)
{
    request.timeout = patience;
    net::HttpClient client{config.proxies};
    base::BlockingLoop loop;
    try {
        return {loop.run(client.send(std::move(request), loop)), {}};
    } catch (const base::Error& error) {
        return {{}, error.cause().empty() ? error.message() : error.cause()};
    }
}

std::string origin_of(const std::string& url)
{
    const auto parsed = net::parse_url(url);
    return parsed ? parsed->origin() : "its URL";
}

/// Whether OpenAI's list of models has it; true where there is no such list.
bool has_model(std::string_view body, std::string_view name)
{
    boost::system::error_code failed;
    const auto json = boost::json::parse(body, failed);
    if (failed || !json.is_object() || !json.as_object().contains("data")) return true;
    const auto* const models = json.as_object().at("data").if_array();
    if (models == nullptr || models->empty()) return true;
    for (const auto& each : *models) {
        const auto* const object = each.if_object();
        const auto* const id = object != nullptr ? object->if_contains("id") : nullptr;
        if (id != nullptr && id->is_string() && id->as_string() == name) return true;
    }
    return false;
}

Finding judge_model(const assistant::model::Endpoint& endpoint, types::Provider provider,
                    const Answer& answer)
{
    const auto finding = [](Verdict verdict, std::string detail) {
        return Finding{verdict, std::string{model}, std::move(detail)};
    };
    const std::string place = origin_of(endpoint.base_url);
    if (!answer.failure.empty()) {
        return finding(Verdict::fail, fmt::format("{} does not answer ({}): start it, or look at "
                                                  "OPENAI_BASE_URL and the proxies",
                                                  place, answer.failure));
    }
    const auto verdict = services::read_key_answer(provider, answer.response);
    if (verdict == false) {
        return finding(Verdict::fail, fmt::format("{} refuses the key ({}): set OPENAI_API_KEY or "
                                                  "OPENROUTER_API_KEY anew",
                                                  place, answer.response.status));
    }
    if (!verdict) {
        return finding(Verdict::warn, fmt::format("{} answers {} to what tells whether it takes "
                                                  "the key: look at OPENAI_BASE_URL",
                                                  place, answer.response.status));
    }
    if (!has_model(answer.response.body, endpoint.model)) {
        return finding(Verdict::warn, fmt::format("{} does not list '{}': look at OPENAI_MODEL",
                                                  place, endpoint.model));
    }
    return finding(Verdict::ok, fmt::format("{} answers, for '{}'", place, endpoint.model));
}

/// Whether the metadata at `url` name `issuer`; nothing where there are none.
std::optional<bool> names_issuer(const Config& config, std::string url, std::string_view issuer)
{
    const Answer answer = ask(config, {.url = std::move(url)});
    if (answer.response.status != ok_status) return std::nullopt;
    boost::system::error_code failed;
    const auto json = boost::json::parse(answer.response.body, failed);
    const auto* const object = failed ? nullptr : json.if_object();
    const auto* const named = object != nullptr ? object->if_contains("issuer") : nullptr;
    if (named == nullptr || !named->is_string()) return std::nullopt;
    return named->as_string() == issuer;
}

}  // namespace

Findings examine_model(const Config& config)
{
    const auto endpoint = assistant::model::server_endpoint(config.model);
    if (!endpoint) {
        return {
            {Verdict::ok, std::string{model}, "none configured: the builtin assistant answers"}};
    }
    const bool is_openrouter = config.model.base_url.empty() && config.model.openai_key.empty();
    const auto provider = is_openrouter ? types::Provider::openrouter : types::Provider::openai;
    auto request = services::make_key_request(provider, endpoint->base_url, endpoint->key.view());
    if (endpoint->key.view().empty()) {
        std::erase_if(request.headers, [](const auto& h) { return h.name == "Authorization"; });
    }
    return {judge_model(*endpoint, provider, ask(config, std::move(request)))};
}

Findings examine_jwks(const Config& config)
{
    constexpr auto what = "jwks";
    if (config.jwks_url.empty()) return {};
    const std::string place = origin_of(config.jwks_url);
    const Answer answer = ask(config, {.url = config.jwks_url});
    const std::string why = !answer.failure.empty()
                                ? answer.failure
                                : fmt::format("the answer is {}", answer.response.status);
    if (answer.response.status != ok_status) {
        return {{Verdict::fail, what,
                 fmt::format("no keys from {} ({}): its tokens are refused; start it, or look at "
                             "JWKS_URL",
                             place, why)}};
    }
    const auto keys = auth::read_key_set(answer.response.body);
    if (!keys || keys->keys.empty()) {
        return {{Verdict::fail, what,
                 fmt::format("{} has no key that may be used (RS256, ES256, EdDSA): look at "
                             "JWKS_URL",
                             place)}};
    }
    return {{Verdict::ok, what,
             fmt::format(
                 "{} has {} that may be used", place,
                 keys->keys.size() == 1 ? "a key" : fmt::format("{} keys", keys->keys.size()))}};
}

Findings examine_auth_server(const Config& config)
{
    if (config.auth_server_url.empty()) return {};
    const std::string& issuer = config.auth_server_url;
    const auto url = net::parse_url(issuer);
    const std::string path = url && url->target != "/" ? url->target : "";
    const std::string places[] = {
        // RFC 8414 §3.1, and OpenID Connect Discovery §4.
        fmt::format("{}/.well-known/oauth-authorization-server{}", origin_of(issuer), path),
        fmt::format("{}{}/.well-known/openid-configuration", origin_of(issuer), path),
    };
    for (const std::string& place : places) {
        const auto names = names_issuer(config, place, issuer);
        if (names == true) {
            return {{Verdict::ok, std::string{auth_server}, origin_of(issuer) + " has metadata"}};
        }
        if (names == false) {
            return {{Verdict::warn, std::string{auth_server},
                     "its metadata name another issuer: set AUTH_SERVER_URL to that one, letter "
                     "for letter"}};
        }
    }
    return {{Verdict::warn, std::string{auth_server},
             fmt::format("no metadata from {}: agents cannot sign in; start it, or look at "
                         "AUTH_SERVER_URL",
                         origin_of(issuer))}};
}

}  // namespace todod::cli

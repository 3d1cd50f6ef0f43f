#include "app.hpp"

#include <algorithm>

#include "api/api.hpp"
#include "assistant/assistant.hpp"
#include "assistant/choose_engine.hpp"
#include "assistant/model/models.hpp"
#include "auth/credentials.hpp"
#include "base/error.hpp"
#include "config_mcp.hpp"
#include "cores.hpp"
#include "feed/waking_tasks.hpp"
#include "feed/watcher.hpp"
#include "http/server.hpp"
#include "key_parts.hpp"
#include "mcp/endpoint.hpp"
#include "mcp/resources.hpp"
#include "mcp/task_server.hpp"
#include "metrics_page.hpp"
#include "net/http_client.hpp"
#include "prepare_schema.hpp"
#include "store/storage.hpp"
#include "store/sweeper.hpp"
#include "version.hpp"
#include "wait_for_database.hpp"
#include "webhook_parts.hpp"

namespace todod {

namespace {

/// Nothing where there is no secret to sign with: in production it must be set.
std::optional<auth::JwtSettings> jwt_settings(const Config& config, store::Storage& storage,
                                              base::Random& random)
{
    std::string secret = config.auth_secret;
    if (secret.empty() && config.production) return std::nullopt;
    if (secret.empty()) secret = storage.keep_secret(random);
    return auth::JwtSettings{
        .secret = std::move(secret),
        .previous_secrets = config.previous_secrets,
        .issuer = config.jwt_issuer,
        .audience = config.jwt_audience,
        .lifetime = std::chrono::days{config.jwt_lifetime_days},
    };
}

/// What opens Auth.js's tokens, and what Better Auth signs with: the secret, and those before it.
std::vector<std::string> auth_secrets(const std::optional<auth::JwtSettings>& jwt)
{
    if (!jwt) return {};
    std::vector<std::string> secrets{jwt->secret};
    secrets.insert(secrets.end(), jwt->previous_secrets.begin(), jwt->previous_secrets.end());
    return secrets;
}

bool has_sessions(const Config& config)
{
    return !config.session_secrets.empty() || config.session_token == auth::KeptToken::plain;
}

/// For the tokens of JWKS_URL's server.
auth::ClaimRules claim_rules(const Config& config, const std::optional<mcp::Resource>& resource)
{
    return {.issuer = config.jwt_issuer,
            .audience = config.jwt_audience,
            .has_generation = false,
            .resource = resource ? resource->id : std::string{}};
}

/// Tokens that the same server gives out for others must not open this one (RFC 8707 §2).
void warn_of_audience(const Config& config, const std::optional<mcp::Resource>& resource,
                      base::Log& log)
{
    if (!resource || !config.jwt_audience.empty()) return;
    log.write(
        base::LogLevel::warning, "todod",
        fmt::format("JWT_AUDIENCE is not set: tokens that {} gives out for other servers are "
                    "taken too. It is to be what it puts into those of the front end, or {}, the "
                    "resource that programs ask tokens for",
                    resource->authorization_server, resource->id));
}

http::ServerSettings server_settings(const Config& config)
{
    return {
        .host = config.host,
        .port = config.port,
        .threads = config.workers,
        .cors_origins = config.cors_origins,
        .production = config.production,
        .ignore_unknown_fields = config.ignore_unknown_fields,
        .trusted_proxies = config.trusted_proxies,
        .limits = {.connections = http::Limits{}.connections + config.max_event_streams},
    };
}

/// However few clients the machine is good for, streams leave a third of the places to others.
feed::HubLimits hub_limits(const Config& config, const http::Server& server)
{
    return {.in_all = std::min(config.max_event_streams, server.max_connections() / 3 * 2)};
}

assistant::model::ModelSettings model_settings(const Config& config)
{
    return {.server = config.model, .public_only = config.production};
}

auth::SessionCookie session_cookie(const Config& config)
{
    return auth::SessionCookie{config.production};
}

api::About about(const Config& config)
{
    return {config.app_name, config.app_version};
}

}  // namespace

struct App::State {
    Config config;
    base::Log& log;
    const base::Clock& clock;
    base::Random& random;
    base::Metrics metrics;  ///< what the parts count by themselves
    std::unique_ptr<store::Storage> storage;
    std::optional<auth::JwtSettings> jwt;
    std::optional<auth::NextAuth> nextauth;
    auth::SessionSettings sessions;
    net::HttpClient http_client;
    assistant::model::Models models;
    std::optional<auth::Jwks> jwks;
    KeyParts keys;
    WebhookParts webhooks;
    std::unique_ptr<auth::PasswordPool> passwords;
    std::unique_ptr<auth::LimitBook> limits;  ///< null: none
    mcp::StreamBook streams;
    std::optional<feed::Hub> hub;
    std::shared_ptr<const std::string> openapi;
    std::unique_ptr<http::Server> server;
    std::unique_ptr<store::Sweeper> sweeper;
    std::unique_ptr<feed::Watcher> watcher;

    State(Config from, base::Log& log, const base::Clock& clock, base::Random& random,
          const Pause& pause);

    http::Site make_site(base::Loop& loop);
    std::string metrics_page() const;
};

namespace {

/// What one I/O thread's operations stand on.
struct Shard {
    std::unique_ptr<store::Database> database;
    std::optional<auth::Jwt> jwt;
    std::optional<auth::JwksTokens> jwks;
    std::unique_ptr<store::Tasks> task_store;
    std::unique_ptr<store::Changes> change_store;
    std::unique_ptr<store::Accounts> account_store;
    std::unique_ptr<store::ApiKeys> api_key_store;
    std::unique_ptr<store::Conversations> conversation_store;
    std::unique_ptr<store::Sessions> session_store;
    std::unique_ptr<store::Tokens> token_store;
    std::unique_ptr<store::Webhooks> webhook_store;
    auth::Sessions sessions;
    services::Tasks tasks;
    services::Changes changes;
    services::Accounts accounts;
    services::ApiKeys api_keys;
    services::Conversations conversations;
    services::Tokens tokens;
    services::Webhooks webhooks;
    services::Events events;
    operation::Table tools;
    auth::Authenticator* authenticator = nullptr;  ///< once there is one
    mcp::Listeners listeners;
    mcp::Server mcp;
    assistant::Assistant assistant;

    Shard(store::Storage& storage, const std::optional<auth::JwtSettings>& jwt_settings,
          const auth::SessionSettings& session_settings, auth::PasswordPool& passwords,
          KeyParts& keys, WebhookParts& webhook_parts, assistant::model::Models& models,
          mcp::StreamBook& streams, feed::Hub& hub, const store::Retention& retention,
          const std::atomic<bool>& stopping, base::Loop& loop, const base::Clock& clock,
          base::Random& random, base::Metrics& metrics, base::Log& log)
        : database(storage.connect(loop)),
          jwt(jwt_settings ? std::optional<auth::Jwt>{*jwt_settings} : std::nullopt),
          task_store(feed::wake_after_writes(database->tasks(), hub)),
          change_store(database->changes()),
          account_store(database->accounts()),
          api_key_store(database->api_keys()),
          conversation_store(database->conversations()),
          session_store(database->sessions()),
          token_store(database->tokens()),
          webhook_store(database->webhooks()),
          sessions(*session_store, session_settings),
          tasks(*task_store, clock, random),
          changes(*change_store, *task_store, clock, retention.trash),
          accounts(*account_store, passwords, jwt ? &*jwt : nullptr, loop, clock, random),
          api_keys(keys.serve(*api_key_store, loop, clock, random)),
          conversations(*conversation_store, clock),
          tokens(*token_store, clock, random),
          webhooks(webhook_parts.serve(*webhook_store, *change_store, loop)),
          events(*change_store, hub, loop, metrics, event_settings()),
          tools(api::tool_operations(&tasks, &changes)),
          listeners(loop, streams, listen_settings(clock, hub, stopping)),
          mcp(mcp::task_server(std::string{version}, tools, clock, &listeners, &metrics)),
          assistant(conversations, tools, assistant::choose_engine(models, api_keys, loop), clock,
                    log)
    {
    }

    services::EventSettings event_settings()
    {
        services::EventSettings settings;
        settings.check = [this](const services::FollowRequest& request) {
            return services::check_credentials(*authenticator, request);
        };
        return settings;
    }

    mcp::ListenSettings listen_settings(const base::Clock& clock, feed::Hub& hub,
                                        const std::atomic<bool>& stopping)
    {
        mcp::ListenSettings settings;
        settings.resources = mcp::watch_resources({tools, clock});
        settings.check = [this](const mcp::Sender& sender) {
            return mcp::check_credentials(*authenticator, sender);
        };
        settings.is_stopping = [&stopping] { return stopping.load(); };
        settings.hub = &hub;
        return settings;
    }
};

base::Async<types::Readiness> read_readiness(store::Database& database,
                                             const std::atomic<bool>& leaving)
{
    types::Readiness readiness{"ready", "connected"};
    try {
        if (!co_await database.is_ready()) readiness = {"not ready", "outdated"};
    } catch (const base::Error&) {
        readiness = {"not ready", "disconnected"};
    }
    if (leaving) readiness.status = "stopping";
    co_return readiness;
}

}  // namespace

App::State::State(Config from, base::Log& log, const base::Clock& clock, base::Random& random,
                  const Pause& pause)
    : config(std::move(from)),
      log(log),
      clock(clock),
      random(random),
      storage(store::open_storage(config.database, config.workers, config.session_table)),
      http_client(config.proxies),
      models(http_client, model_settings(config), random, metrics),
      keys(config, http_client),
      webhooks(config, keys.find_keyring(), http_client, clock, random, metrics)
{
    prepare_schema(*wait_for_database(*storage, log, clock, pause), config, log);
    jwt = jwt_settings(config, *storage, random);
    sessions = {config.session_token, config.session_secrets, auth_secrets(jwt)};
    if (jwt) nextauth.emplace(sessions.signing_secrets, config.nextauth_salt);
    if (!config.jwks_url.empty()) {
        jwks.emplace(auth::fetch_with(http_client, config.jwks_url), clock, log, metrics);
    }
    passwords =
        std::make_unique<auth::PasswordPool>(auth::Argon2Parameters{}, available_cores(), random);
    if (config.limits_enabled) {
        limits = std::make_unique<auth::LimitBook>(config.quotas, config.redis, clock, random, log);
    }
    openapi = std::make_shared<const std::string>(openapi_document(config));
    server = std::make_unique<http::Server>(server_settings(config), log, clock,
                                            [this](base::Loop& loop) { return make_site(loop); });
    warn_of_audience(config, mcp_resource(config, server->port()), log);
    hub.emplace(hub_limits(config, *server));
    sweeper = std::make_unique<store::Sweeper>(*storage, clock, log, config.retention);
    webhooks.start(*storage, log);
    watcher = std::make_unique<feed::Watcher>(*storage, *hub, metrics, log);
}

http::Site App::State::make_site(base::Loop& loop)
{
    auto shard = std::make_shared<Shard>(*storage, jwt, sessions, *passwords, keys, webhooks,
                                         models, streams, *hub, config.retention,
                                         server->stopping(), loop, clock, random, metrics, log);
    auto& database = *shard->database;
    const auto& leaving = server->leaving();
    auto operations = api::all_operations(
        {&shard->tasks, &shard->changes, &shard->accounts, &shard->api_keys, &shard->conversations,
         &shard->assistant, &shard->tokens, &shard->events, &clock,
         [&database, &leaving] { return read_readiness(database, leaving); }, &shard->webhooks,
         session_cookie(config),
         [state = shard.get()](std::span<const schema::NamedText> headers) {
             return state->authenticator->authenticate(headers, false);
         }},
        about(config));
    const auto resource = mcp_resource(config, server->port());
    const auto access = mcp_access(config);
    operations.push_back(mcp::endpoint(shard->mcp, log, {access, mcp::make_challenge(resource)}));
    const auto mcp_path = operations.back().routes.front().path;
    if (resource) operations.push_back(mcp::metadata_operation(*resource));
    if (jwks) {
        shard->jwks.emplace(*jwks, claim_rules(config, resource), config.jwks_algorithm, loop);
    }
    const auth::Checks checks{
        .jwt = shard->jwt ? &*shard->jwt : nullptr,
        .jwks = shard->jwks ? &*shard->jwks : nullptr,
        .nextauth = nextauth ? &*nextauth : nullptr,
        .sessions = has_sessions(config) ? &shard->sessions : nullptr,
        .tokens = &*shard->token_store,
        .service_tokens = config.service_tokens,
        .cookie = session_cookie(config),
    };
    auto authenticator = std::make_unique<auth::Credentials>(*shard->account_store, checks, clock);
    shard->authenticator = authenticator.get();
    std::unique_ptr<auth::Limits> limiter;
    if (limits) limiter = std::make_unique<auth::Limits>(*limits, loop, metrics);
    http::Page metrics_page{"/metrics", std::string{metrics_type},
                            [this] { return this->metrics_page(); }};
    const auto also_shows = [access, mcp_path](std::string_view path, std::string_view origin) {
        return path == mcp_path && mcp::is_local_page(access, origin);
    };
    return {std::move(operations),     std::move(authenticator), openapi,   std::move(shard),
            {std::move(metrics_page)}, std::move(limiter),       also_shows};
}

std::string App::State::metrics_page() const
{
    return write_metrics({.traffic = server->traffic(),
                          .database = storage->activity(),
                          .passwords = passwords->activity(),
                          .process = read_process_stats(),
                          .counted = metrics.read(),
                          .version = version});
}

App::App(Config config, base::Log& log, const base::Clock& clock, base::Random& random,
         const Pause& pause)
    : state_(std::make_unique<State>(std::move(config), log, clock, random, pause))
{
}

App::~App() = default;

std::uint16_t App::port() const noexcept
{
    return state_->server->port();
}

std::string App::database() const
{
    return state_->storage->description();
}

void App::run()
{
    state_->server->run();
}

void App::leave()
{
    state_->server->leave();
}

void App::stop()
{
    state_->sweeper->stop();
    state_->webhooks.stop();
    state_->watcher->stop();
    state_->hub->stop();
    state_->server->stop();
}

void App::after_a_turn(std::function<void()> done)
{
    state_->server->after_a_turn(std::move(done));
}

std::string openapi_document(const Config& config)
{
    return api::openapi(api::all_operations({}, about(config)), about(config),
                        session_cookie(config));
}

}  // namespace todod

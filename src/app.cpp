#include "app.hpp"

#include <algorithm>
#include <thread>

#include "api/api.hpp"
#include "auth/credentials.hpp"
#include "base/error.hpp"
#include "db/migrator.hpp"
#include "http/server.hpp"
#include "secret.hpp"
#include "store/sqlite/database.hpp"

namespace todod {

namespace {

void prepare_schema(const Config& config, base::Log& log, const base::Clock& clock)
{
    db::sqlite::Connection connection{config.database_path, db::sqlite::Connection::Mode::create};
    db::Migrator migrator{connection, db::sqlite_migrations(), clock};
    if (!config.migrate_on_start && !migrator.is_current()) {
        throw base::Error{base::ErrorCode::conflict,
                          "the database's schema is not current: run 'todod migrate up'"};
    }
    for (const auto& done : migrator.migrate_to(migrator.newest())) {
        log.write(base::LogLevel::info, "todod.migrate",
                  fmt::format("Migrated up to {:04} {}", done.number, done.name));
    }
}

/// Nothing where there is no secret to sign with: in production it must be set.
std::optional<auth::JwtSettings> jwt_settings(const Config& config, base::Random& random)
{
    std::string secret = config.auth_secret;
    if (secret.empty() && config.production) return std::nullopt;
    if (secret.empty()) secret = keep_secret(config.database_path, random);
    return auth::JwtSettings{
        .secret = std::move(secret),
        .previous_secrets = config.previous_secrets,
        .issuer = config.jwt_issuer,
        .audience = config.jwt_audience,
        .lifetime = std::chrono::days{config.jwt_lifetime_days},
    };
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
        .limits = {},
    };
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
    std::optional<auth::JwtSettings> jwt;
    std::unique_ptr<db::sqlite::Writer> writer;
    std::unique_ptr<auth::PasswordPool> passwords;
    std::shared_ptr<const std::string> openapi;
    std::unique_ptr<http::Server> server;

    State(Config from, base::Log& log, const base::Clock& clock, base::Random& random);

    http::Site make_site(base::Loop& loop);
};

namespace {

/// What one I/O thread's operations stand on.
struct Shard {
    store::sqlite::Database database;
    std::optional<auth::Jwt> jwt;
    std::unique_ptr<store::Tasks> task_store;
    std::unique_ptr<store::Accounts> account_store;
    services::Tasks tasks;
    services::Accounts accounts;

    Shard(const Config& config, const std::optional<auth::JwtSettings>& jwt_settings,
          db::sqlite::Writer& writer, auth::PasswordPool& passwords, base::Loop& loop,
          const base::Clock& clock, base::Random& random)
        : database(config.database_path, writer, loop),
          jwt(jwt_settings ? std::optional<auth::Jwt>{*jwt_settings} : std::nullopt),
          task_store(database.tasks()),
          account_store(database.accounts()),
          tasks(*task_store, clock, random),
          accounts(*account_store, passwords, jwt ? &*jwt : nullptr, loop, clock, random)
    {
    }
};

base::Async<bool> is_ready(store::sqlite::Database& database, const std::atomic<bool>& stopping)
{
    if (stopping) co_return false;
    try {
        co_return co_await database.is_ready(db::sqlite_migrations().back().number);
    } catch (const base::Error&) {
        co_return false;
    }
}

}  // namespace

App::State::State(Config from, base::Log& log, const base::Clock& clock, base::Random& random)
    : config(std::move(from)), log(log), clock(clock), random(random)
{
    prepare_schema(config, log, clock);
    jwt = jwt_settings(config, random);
    writer = store::sqlite::open_writer(config.database_path);
    passwords = std::make_unique<auth::PasswordPool>(
        auth::Argon2Parameters{}, std::max(1U, std::thread::hardware_concurrency()), random);
    openapi = std::make_shared<const std::string>(openapi_document(config));
    server = std::make_unique<http::Server>(server_settings(config), log, clock,
                                            [this](base::Loop& loop) { return make_site(loop); });
}

http::Site App::State::make_site(base::Loop& loop)
{
    auto shard = std::make_shared<Shard>(config, jwt, *writer, *passwords, loop, clock, random);
    auto& database = shard->database;
    const auto& stopping = server->stopping();
    auto operations =
        api::all_operations({&shard->tasks, &shard->accounts, &clock,
                             [&database, &stopping] { return is_ready(database, stopping); }},
                            about(config));
    auto authenticator = std::make_unique<auth::Credentials>(
        *shard->account_store, shard->jwt ? &*shard->jwt : nullptr, clock);
    return {std::move(operations), std::move(authenticator), openapi, std::move(shard)};
}

App::App(Config config, base::Log& log, const base::Clock& clock, base::Random& random)
    : state_(std::make_unique<State>(std::move(config), log, clock, random))
{
}

App::~App() = default;

std::uint16_t App::port() const noexcept
{
    return state_->server->port();
}

void App::run()
{
    state_->server->run();
}

void App::stop()
{
    state_->server->stop();
}

std::string openapi_document(const Config& config)
{
    return api::openapi(api::all_operations({}, about(config)), about(config));
}

}  // namespace todod

#include "config.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config_changes.hpp"
#include "config_database.hpp"
#include "config_jwks.hpp"
#include "config_keys.hpp"
#include "config_limits.hpp"
#include "config_mcp.hpp"
#include "config_model.hpp"
#include "config_proxies.hpp"
#include "config_serving.hpp"
#include "config_sessions.hpp"
#include "config_sources.hpp"
#include "config_values.hpp"
#include "config_webhooks.hpp"
#include "cores.hpp"
#include "version.hpp"

namespace todod {

namespace {

constexpr std::size_t min_secret_length = 32;
constexpr std::int64_t max_port = 65535;
constexpr std::int64_t max_workers = 256;
constexpr std::int64_t max_lifetime_days = 3650;
constexpr std::int64_t max_pool = 1000;
constexpr std::int64_t max_pool_seconds = 30 * 86'400;

void set_pool_timeout(Config& config, std::string_view text)
{
    const std::chrono::seconds timeout{to_number(text, 1, max_pool_seconds)};
    auto* const postgres = std::get_if<db::postgres::Settings>(&config.database);
    if (postgres != nullptr) postgres->pool_timeout = timeout;
}

/// SQLAlchemy's word for connections that are not replaced.
void set_pool_recycle(Config& config, std::string_view text)
{
    constexpr std::int64_t never = -1;
    constexpr std::chrono::years for_ever{100};
    auto* const postgres = std::get_if<db::postgres::Settings>(&config.database);
    const std::int64_t seconds = to_number(text, never, max_pool_seconds);
    if (seconds == 0) throw Unusable{"-1 for never, or a whole number of seconds from 1"};
    if (postgres == nullptr) return;
    postgres->pool_recycle = seconds == never ? for_ever : std::chrono::seconds{seconds};
}

/// Taken, so that a value that makes no sense is told; todod logs no statements.
void check_echo(Config&, std::string_view text)
{
    to_bool(text);
}

void check_secret(const Config& config, std::string_view secret)
{
    if (!config.production || secret.size() >= min_secret_length) return;
    throw Unusable{fmt::format("at least {} characters in production", min_secret_length)};
}

void set_secret(Config& config, std::string_view secret)
{
    check_secret(config, secret);
    config.auth_secret = secret;
}

void set_previous_secrets(Config& config, std::string_view text)
{
    config.previous_secrets = to_list(text);
    for (const std::string& secret : config.previous_secrets)
        check_secret(config, secret);
}

void set_service_tokens(Config& config, std::string_view text)
{
    config.service_tokens = to_list(text);
    for (const std::string& token : config.service_tokens)
        check_secret(config, token);
}

void set_session_secrets(Config& config, std::string_view text)
{
    config.session_secrets = to_session_secrets(text);
    for (const std::string& secret : config.session_secrets)
        check_secret(config, secret);
}

void set_environment(Config& config, std::string_view name)
{
    if (base::equals_ignoring_case(name, "production")) {
        config.production = true;
    } else if (!base::equals_ignoring_case(name, "development") &&
               !base::equals_ignoring_case(name, "staging") &&
               !base::equals_ignoring_case(name, "test")) {
        throw Unusable{"development, staging, test or production"};
    }
}

/// As browsers send it (RFC 6454 §6.2), or *.
std::string to_origin(std::string origin)
{
    if (origin == "*") return origin;
    if (origin.ends_with('/')) origin.pop_back();
    const std::size_t end = origin.find("://");
    const bool is_origin = end != std::string::npos && end > 0 && end + 3 < origin.size() &&
                           origin.find_first_of("/?#@* \t", end + 3) == std::string::npos;
    if (!is_origin) throw Unusable{"origins such as https://todo.example, or *"};
    return base::to_lower(origin);
}

void set_origins(Config& config, std::string_view text)
{
    config.cors_origins.clear();
    for (std::string& each : to_list(text))
        config.cors_origins.push_back(to_origin(std::move(each)));
    if (config.production &&
        std::ranges::find(config.cors_origins, "*") != config.cors_origins.end()) {
        throw Unusable{"origins by name in production, not *"};
    }
}

void set_debug(Config& config, std::string_view text)
{
    if (to_bool(text)) config.log.level = base::LogLevel::debug;
}

constexpr std::pair<std::string_view, base::LogLevel> log_levels[] = {
    {"DEBUG", base::LogLevel::debug},     {"INFO", base::LogLevel::info},
    {"WARNING", base::LogLevel::warning}, {"WARN", base::LogLevel::warning},
    {"ERROR", base::LogLevel::error},     {"CRITICAL", base::LogLevel::critical},
};

std::string_view name_of(base::LogLevel level)
{
    const auto level_of = [](const auto& known) { return known.second; };
    return std::ranges::find(log_levels, level, level_of)->first;
}

void set_log_level(Config& config, std::string_view name)
{
    for (const auto& [known, level] : log_levels) {
        if (!base::equals_ignoring_case(name, known)) continue;
        config.log.level = level;
        return;
    }
    throw Unusable{"DEBUG, INFO, WARNING, ERROR or CRITICAL"};
}

void set_log_format(Config& config, std::string_view name)
{
    if (!base::equals_ignoring_case(name, "text") && !base::equals_ignoring_case(name, "json")) {
        throw Unusable{"text or json"};
    }
    config.log.format =
        base::equals_ignoring_case(name, "json") ? base::LogFormat::json : base::LogFormat::text;
}

void set_log_file(Config& config, std::string_view path)
{
    config.log.file = path;
}

void set_migrate_on_start(Config& config, std::string_view text)
{
    config.migrate_on_start = to_bool(text);
}

void set_unknown_fields(Config& config, std::string_view name)
{
    if (name != "reject" && name != "ignore") throw Unusable{"reject or ignore"};
    config.ignore_unknown_fields = name == "ignore";
}

using Set = std::function<void(Config&, std::string_view)>;

/// One variable: its names (the first is its own), its default, and what it sets.
struct Variable {
    std::vector<std::string_view> names;
    std::string standard;
    bool secret = false;
    Set set;
};

Set keep(std::string Config::* field)
{
    return [field](Config& config, std::string_view text) { config.*field = text; };
}

template <class Number>
Set keep_number(Number Config::* field, std::int64_t least, std::int64_t most)
{
    return [=](Config& config, std::string_view text) {
        config.*field = static_cast<Number>(to_number(text, least, most));
    };
}

using Pool = db::postgres::Settings;

/// Of PostgreSQL's pool; SQLite has none, and only looks at whether the number makes sense.
template <class Number>
Set keep_pool_number(Number Pool::* field, std::int64_t least, std::int64_t most)
{
    return [=](Config& config, std::string_view text) {
        const auto number = static_cast<Number>(to_number(text, least, most));
        auto* const postgres = std::get_if<db::postgres::Settings>(&config.database);
        if (postgres != nullptr) postgres->*field = number;
    };
}

/// The order in which they are read: ENVIRONMENT, for which others ask, DATABASE_URL before
/// what is set of it, JWKS_URL before JWT_ALGORITHM and, with AUTH_SERVER_URL, before PUBLIC_URL.
std::vector<Variable> variables()
{
    const std::string cores = std::to_string(available_cores());
    return {
        {{"ENVIRONMENT", "ENV", "UV_ENVIRONMENT"}, "development", false, set_environment},
        {{"DEBUG"}, "false", false, set_debug},
        {{"APP_NAME"}, "todod", false, keep(&Config::app_name)},
        {{"APP_VERSION"}, std::string{version}, false, keep(&Config::app_version)},
        {{"DATABASE_URL"}, "sqlite:///todod.db", false, set_database},
        {{"SQLALCHEMY_POOL_SIZE"}, "10", false, keep_pool_number(&Pool::pool_size, 1, max_pool)},
        {{"SQLALCHEMY_POOL_OVERFLOW", "SQLALCHEMY_MAX_OVERFLOW"},
         "20",
         false,
         keep_pool_number(&Pool::pool_overflow, 0, max_pool)},
        {{"SQLALCHEMY_POOL_TIMEOUT"}, "30", false, set_pool_timeout},
        {{"SQLALCHEMY_POOL_RECYCLE"}, "3600", false, set_pool_recycle},
        {{"SQLALCHEMY_ECHO"}, "false", false, check_echo},
        {{"AUTH_SECRET", "BETTER_AUTH_SECRET", "JWT_SECRET_KEY"}, "", true, set_secret},
        {{"AUTH_SECRET_PREVIOUS"}, "", true, set_previous_secrets},
        {{"JWKS_URL"}, "", false, set_jwks_url},
        {{"JWT_ALGORITHM"}, "HS256", false, set_algorithm},
        {{"JWT_EXPIRATION_DAYS", "ACCESS_TOKEN_EXPIRE_DAYS"},
         "7",
         false,
         keep_number(&Config::jwt_lifetime_days, 1, max_lifetime_days)},
        {{"JWT_ISSUER"}, "", false, keep(&Config::jwt_issuer)},
        {{"JWT_AUDIENCE"}, "", false, keep(&Config::jwt_audience)},
        {{"AUTH_SERVER_URL"}, "", false, set_auth_server_url},
        {{"SERVICE_AUTH_TOKEN"}, "", true, set_service_tokens},
        {{"ENCRYPTION_KEY"}, "", true, set_encryption_keys},
        {{"WEBHOOKS_ALLOW_PRIVATE"}, "false", false, set_webhooks_allow_private},
        {{"WEBHOOKS_RETRIES"}, "5,300,1800,7200,18000,36000,50400,72000,86400", false, set_retries},
        {{"SESSION_HASH_SECRET"}, "", true, set_session_secrets},
        {{"SESSION_TOKEN"}, "hmac-hex", false, set_session_token},
        {{"SESSION_TABLE"}, "user_sessions", false, set_session_table},
        {{"SESSION_COLUMNS"}, "token,user_id,expires_at", false, set_session_columns},
        {{"NEXTAUTH_SALT"}, "authjs.session-token", false, keep(&Config::nextauth_salt)},
        {{"HOST"}, "", false, set_host},
        {{"PORT"}, "8000", false, keep_number(&Config::port, 0, max_port)},
        {{"WORKERS"}, cores, false, keep_number(&Config::workers, 1, max_workers)},
        {{"MAX_EVENT_STREAMS"}, "20000", false, set_max_event_streams},
        {{"SHUTDOWN_DELAY"}, "0", false, set_shutdown_delay},
        {{"CORS_ORIGINS", "ALLOWED_ORIGINS"}, "http://localhost:3000", false, set_origins},
        {{"PUBLIC_URL"}, "", false, set_public_url},
        {{"MCP_HOSTS"}, "", false, set_mcp_hosts},
        {{"TRUSTED_PROXIES"}, "", false, set_trusted_proxies},
        {{"RATE_LIMIT_ENABLED"}, "true", false, set_limits_enabled},
        {{"RATE_LIMIT_READ"}, "100", false, set_read_limit},
        {{"RATE_LIMIT_WRITE"}, "30", false, set_write_limit},
        {{"RATE_LIMIT_CHAT"}, "20", false, set_chat_limit},
        {{"REDIS_URL"}, "", true, set_redis},
        {{"CHANGES_RETENTION_DAYS"}, "90", false, set_changes_retention},
        {{"TRASH_RETENTION_DAYS"}, "30", false, set_trash_retention},
        {{"OPENAI_API_KEY"}, "", true, set_openai_key},
        {{"OPENROUTER_API_KEY"}, "", true, set_openrouter_key},
        {{"OPENAI_BASE_URL"}, "", false, set_model_url},
        {{"OPENAI_MODEL"}, "", false, set_model},
        {{"HTTPS_PROXY", "https_proxy"}, "", true, set_https_proxy},
        {{"HTTP_PROXY", "http_proxy"}, "", true, set_http_proxy},
        {{"NO_PROXY", "no_proxy"}, "", false, set_no_proxy},
        {{"LOG_LEVEL"}, "INFO", false, set_log_level},
        {{"LOG_FORMAT"}, "text", false, set_log_format},
        {{"LOG_FILE"}, "", false, set_log_file},
        {{"MIGRATE_ON_START"}, "true", false, set_migrate_on_start},
        {{"UNKNOWN_FIELDS"}, "reject", false, set_unknown_fields},
    };
}

/// The first of the variable's names that is set to something.
const std::string* find_value(const Environment& environment, const Variable& variable,
                              std::string_view& name)
{
    for (const std::string_view candidate : variable.names) {
        const auto found = environment.find(candidate);
        if (found == environment.end() || found->second.empty()) continue;
        name = candidate;
        return &found->second;
    }
    name = variable.names.front();
    return nullptr;
}

/// Whether it may be given as NAME_FILE, the path of a file with its value: what a password may be
/// in.
bool is_kept_in_files(const Variable& variable)
{
    return variable.secret || variable.names.front() == "DATABASE_URL";
}

/// Replaces each NAME_FILE by NAME with what the file says.
void read_secret_files(Environment& environment)
{
    for (const Variable& variable : variables()) {
        if (!is_kept_in_files(variable)) continue;
        for (const std::string_view known : variable.names) {
            const std::string name = fmt::format("{}_FILE", known);
            const auto path = environment.find(name);
            if (path == environment.end() || path->second.empty()) continue;
            std::string_view given;
            if (find_value(environment, variable, given) != nullptr) {
                throw base::Error{base::ErrorCode::invalid,
                                  fmt::format("{} must be unset where {} is set.", name, given)};
            }
            environment[std::string{known}] = read_secret_file(name, path->second);
        }
    }
}

}  // namespace

Environment read_environment()
{
    Environment environment = process_environment();
    read_secret_files(environment);
    Environment dotenv = read_dotenv();
    read_secret_files(dotenv);
    // A variable that the process has under any of its names is not for .env to set under another.
    for (const Variable& variable : variables()) {
        std::string_view name;
        if (find_value(environment, variable, name) == nullptr) continue;
        for (const std::string_view known : variable.names)
            dotenv.erase(std::string{known});
    }
    environment.merge(dotenv);
    return environment;
}

Config read_config(const Environment& environment)
{
    Config config;
    for (const Variable& variable : variables()) {
        std::string_view name;
        const std::string* const value = find_value(environment, variable, name);
        // DEBUG sets the level that LOG_LEVEL's default must not take back.
        if (value == nullptr && name == "LOG_LEVEL") continue;
        if (value == nullptr && variable.secret) continue;
        try {
            variable.set(config, value != nullptr ? *value : variable.standard);
        } catch (const Unusable& unusable) {
            throw base::Error{base::ErrorCode::invalid,
                              fmt::format("{} must be {}.", name, unusable.takes)};
        }
    }
    return config;
}

std::vector<Setting> list_settings(const Environment& environment)
{
    const Config config = read_config(environment);
    std::vector<Setting> settings;
    for (const Variable& variable : variables()) {
        std::string_view name;
        const std::string* const value = find_value(environment, variable, name);
        Setting setting{variable.names.front(), value != nullptr ? *value : variable.standard,
                        value != nullptr};
        if (variable.secret) setting.value = value != nullptr ? "(set)" : "(not set)";
        if (setting.name == "HOST") setting.value = config.host;
        if (setting.name == "DATABASE_URL" && is_postgres(setting.value)) {
            setting.value = db::postgres::mask_url(setting.value);
        }
        // Which DEBUG sets as well.
        if (setting.name == "LOG_LEVEL") setting.value = name_of(config.log.level);
        settings.push_back(std::move(setting));
    }
    return settings;
}

}  // namespace todod

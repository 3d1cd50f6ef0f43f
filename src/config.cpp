#include "config.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/dotenv.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "version.hpp"

namespace todod {

namespace {

constexpr std::size_t min_secret_length = 32;
constexpr unsigned max_workers = 256;
constexpr std::int64_t max_lifetime_days = 3650;

/// A variable's value cannot be used: says what it takes, never the value.
class Unusable {
public:
    std::string takes;
};

std::int64_t to_number(std::string_view text, std::int64_t least, std::int64_t most)
{
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    if (whole && number >= least && number <= most) return number;
    throw Unusable{fmt::format("a whole number from {} to {}", least, most)};
}

bool to_bool(std::string_view text)
{
    for (const std::string_view yes : {"true", "1", "yes", "on"}) {
        if (base::equals_ignoring_case(text, yes)) return true;
    }
    for (const std::string_view no : {"false", "0", "no", "off"}) {
        if (base::equals_ignoring_case(text, no)) return false;
    }
    throw Unusable{"true or false"};
}

/// Commas, or a JSON list.
std::vector<std::string> to_list(std::string_view text)
{
    std::vector<std::string> items;
    text = base::trim(text);
    if (text.starts_with('[')) {
        boost::system::error_code failed;
        const auto parsed = boost::json::parse(text, failed);
        const auto* array = failed ? nullptr : parsed.if_array();
        const auto is_text = [](const auto& item) { return item.is_string(); };
        if (array == nullptr || !std::ranges::all_of(*array, is_text)) {
            throw Unusable{"a list with commas between, or a JSON list of strings"};
        }
        for (const auto& item : *array) items.emplace_back(item.as_string());
        return items;
    }
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view item = base::trim(text.substr(0, comma));
        if (!item.empty()) items.emplace_back(item);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return items;
}

void set_database(Config& config, std::string_view url)
{
    constexpr std::string_view takes =
        "sqlite:///FILE (relative) or sqlite:////FILE (absolute); PostgreSQL is not served by this "
        "version";
    // SQLAlchemy names a driver after a plus: sqlite+aiosqlite:///todo.db.
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) throw Unusable{std::string{takes}};
    const std::string_view scheme = url.substr(0, std::min(url.find('+'), colon));
    std::string_view rest = url.substr(colon + 3);
    if (scheme != "sqlite" || rest.size() < 2 || !rest.starts_with('/')) {
        throw Unusable{std::string{takes}};
    }
    rest.remove_prefix(1);
    rest = rest.substr(0, rest.find('?'));
    if (rest.empty() || rest == ":memory:") throw Unusable{std::string{takes}};
    config.database_path = rest;
}

void set_secret(Config& config, std::string_view secret)
{
    if (config.production && secret.size() < min_secret_length) {
        throw Unusable{fmt::format("at least {} characters in production", min_secret_length)};
    }
    config.auth_secret = secret;
}

void set_algorithm(Config&, std::string_view name)
{
    if (name != "HS256") throw Unusable{"HS256"};
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

void set_origins(Config& config, std::string_view text)
{
    config.cors_origins = to_list(text);
    if (config.production && std::ranges::find(config.cors_origins, "*") != config.cors_origins.end()) {
        throw Unusable{"origins by name in production, not *"};
    }
}

void set_log_level(Config& config, std::string_view name)
{
    using base::LogLevel;
    constexpr std::pair<std::string_view, LogLevel> levels[] = {
        {"DEBUG", LogLevel::debug},     {"INFO", LogLevel::info},
        {"WARNING", LogLevel::warning}, {"WARN", LogLevel::warning},
        {"ERROR", LogLevel::error},     {"CRITICAL", LogLevel::critical},
    };
    for (const auto& [known, level] : levels) {
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

void set_unknown_fields(Config& config, std::string_view name)
{
    if (name != "reject" && name != "ignore") throw Unusable{"reject or ignore"};
    config.ignore_unknown_fields = name == "ignore";
}

/// One variable: its names (the first is its own), its default, and what it sets.
struct Variable {
    std::vector<std::string_view> names;
    std::string standard;
    bool secret = false;
    std::function<void(Config&, std::string_view)> set;
};

/// In the order in which they are read: ENVIRONMENT first, since others ask for it.
std::vector<Variable> variables()
{
    const std::string cores = std::to_string(std::max(1U, std::thread::hardware_concurrency()));
    return {
        {{"ENVIRONMENT", "ENV", "UV_ENVIRONMENT"}, "development", false, set_environment},
        {{"DEBUG"}, "false", false, [](Config& config, std::string_view text) {
             if (to_bool(text)) config.log.level = base::LogLevel::debug;
         }},
        {{"APP_NAME"}, "todod", false, [](Config& config, std::string_view text) { config.app_name = text; }},
        {{"APP_VERSION"}, std::string{version}, false, [](Config& config, std::string_view text) { config.app_version = text; }},
        {{"DATABASE_URL"}, "sqlite:///todod.db", false, set_database},
        {{"AUTH_SECRET", "BETTER_AUTH_SECRET", "JWT_SECRET_KEY"}, "", true, set_secret},
        {{"AUTH_SECRET_PREVIOUS"}, "", true, [](Config& config, std::string_view text) { config.previous_secrets = to_list(text); }},
        {{"JWT_ALGORITHM"}, "HS256", false, set_algorithm},
        {{"JWT_EXPIRATION_DAYS", "ACCESS_TOKEN_EXPIRE_DAYS"}, "7", false, [](Config& config, std::string_view text) {
             config.jwt_lifetime_days = to_number(text, 1, max_lifetime_days);
         }},
        {{"JWT_ISSUER"}, "", false, [](Config& config, std::string_view text) { config.jwt_issuer = text; }},
        {{"JWT_AUDIENCE"}, "", false, [](Config& config, std::string_view text) { config.jwt_audience = text; }},
        {{"HOST"}, "", false, [](Config& config, std::string_view text) {
             config.host = !text.empty() ? text : config.production ? "0.0.0.0" : "127.0.0.1";
         }},
        {{"PORT"}, "8000", false, [](Config& config, std::string_view text) {
             config.port = static_cast<std::uint16_t>(to_number(text, 0, 65535));
         }},
        {{"WORKERS"}, cores, false, [](Config& config, std::string_view text) {
             config.workers = static_cast<unsigned>(to_number(text, 1, max_workers));
         }},
        {{"CORS_ORIGINS", "ALLOWED_ORIGINS"}, "http://localhost:3000", false, set_origins},
        {{"LOG_LEVEL"}, "INFO", false, set_log_level},
        {{"LOG_FORMAT"}, "text", false, set_log_format},
        {{"LOG_FILE"}, "", false, [](Config& config, std::string_view text) { config.log.file = text; }},
        {{"MIGRATE_ON_START"}, "true", false, [](Config& config, std::string_view text) { config.migrate_on_start = to_bool(text); }},
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

}  // namespace

Environment read_environment()
{
    Environment environment;
    if (std::ifstream file{".env"}) {
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        environment = base::parse_dotenv(text);
    }
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        environment.insert_or_assign(std::string{text.substr(0, equals)},
                                     std::string{text.substr(equals + 1)});
    }
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
        settings.push_back(std::move(setting));
    }
    return settings;
}

}  // namespace todod

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/doctor.hpp"
#include "config_sources.hpp"

namespace todod::cli {

using base::Finding;
using base::Findings;
using base::Verdict;

namespace {

constexpr std::string_view configuration = "configuration";

/// Each value that cannot be used: what reading says of the first, then without it, and so on. In
/// `environment` is left what can.
Findings find_faults(Environment& environment)
{
    Findings faults;
    for (;;) {
        try {
            read_config(environment);
            return faults;
        } catch (const base::Error& error) {
            faults.push_back({Verdict::fail, std::string{configuration}, error.message()});
            const std::string name = error.message().substr(0, error.message().find(' '));
            if (environment.erase(name) == 0) return faults;
        }
    }
}

/// Names that are nearly one of todod's: what is set there has no effect.
Findings find_misspelt(const Environment& process, const Environment& dotenv)
{
    constexpr std::size_t shortest = 8;  // shorter ones are near to others by chance
    const auto settings = list_settings({});
    std::vector<std::string_view> names;
    names.reserve(settings.size());
    for (const Setting& setting : settings)
        names.push_back(setting.name);
    Findings findings;
    const auto look = [&](const Environment& from, std::size_t least, std::string_view where) {
        for (const auto& [name, _] : from) {
            if (name.size() < least || is_variable(name)) continue;
            const auto near = base::find_nearest(name, names);
            if (!near) continue;
            findings.push_back(
                {Verdict::warn, std::string{configuration},
                 fmt::format("{} {}is no variable of todod's: is {} meant?", name, where, *near)});
        }
    };
    look(dotenv, 0, "in .env ");
    look(process, shortest, "");
    return findings;
}

}  // namespace

bool is_variable(const std::string& name)
{
    std::string plain = name;
    if (plain.ends_with("_FILE")) plain.resize(plain.size() - std::string_view{"_FILE"}.size());
    try {
        const auto settings = list_settings({{plain, "1"}});
        return std::ranges::any_of(settings, &Setting::given);
    } catch (const base::Error& error) {
        return error.message().starts_with(plain + ' ');
    }
}

Configured examine_configuration()
{
    Configured configured;
    try {
        Environment environment = read_environment();
        configured.findings = find_faults(environment);
        const bool is_whole = configured.findings.empty();
        std::ranges::move(find_misspelt(process_environment(), read_dotenv()),
                          std::back_inserter(configured.findings));
        const auto settings = list_settings(environment);
        if (is_whole) {
            configured.findings.insert(
                configured.findings.begin(),
                {Verdict::ok, std::string{configuration},
                 fmt::format("{} variables set, all can be used",
                             std::ranges::count_if(settings, &Setting::given))});
        }
        configured.config = read_config(environment);
    } catch (const base::Error& error) {
        // Said already, unless nothing could be read.
        if (configured.findings.empty()) {
            configured.findings.push_back(
                {Verdict::fail, std::string{configuration}, error.message()});
        }
    }
    return configured;
}

namespace {

/// Nobody draws so few different characters by chance.
bool is_guessable(std::string_view secret)
{
    constexpr std::size_t fewest = 8;
    const std::set<char> different{secret.begin(), secret.end()};
    const std::string lower = base::to_lower(secret);
    return different.size() < fewest || lower.contains("change") || lower.contains("your-") ||
           lower.contains("your_") || lower.contains("example");
}

Findings look_at_secrets(const Config& config)
{
    constexpr std::size_t min_length = 32;
    constexpr std::string_view make = "openssl rand -base64 32 makes one";
    Findings findings;
    const auto add = [&](Verdict verdict, std::string detail) {
        findings.push_back({verdict, "secrets", std::move(detail)});
    };
    if (config.auth_secret.empty() && config.production && config.jwks_url.empty()) {
        add(Verdict::fail, fmt::format("AUTH_SECRET is not set in production: nobody can sign in "
                                       "here; {}",
                                       make));
    } else if (config.auth_secret.empty() && config.production) {
        add(Verdict::warn,
            "AUTH_SECRET is not set: JWKS_URL's tokens alone are taken, register "
            "and login answer 503");
    } else if (!config.auth_secret.empty() && config.auth_secret.size() < min_length) {
        add(Verdict::warn, fmt::format("AUTH_SECRET has fewer than {} characters, and production "
                                       "refuses it: {}",
                                       min_length, make));
    }
    std::vector<std::pair<std::string_view, std::string_view>> all{
        {"AUTH_SECRET", config.auth_secret}};
    for (const auto& token : config.service_tokens)
        all.emplace_back("SERVICE_AUTH_TOKEN", token);
    for (const auto& secret : config.session_secrets)
        all.emplace_back("SESSION_HASH_SECRET", secret);
    for (const auto& [name, secret] : all) {
        if (secret.empty() || !is_guessable(secret)) continue;
        add(Verdict::warn, fmt::format("{} looks like a placeholder: {}", name, make));
    }
    const auto service = std::ranges::find(config.service_tokens, config.auth_secret);
    if (!config.auth_secret.empty() && service != config.service_tokens.end()) {
        add(Verdict::warn,
            "AUTH_SECRET is a SERVICE_AUTH_TOKEN too: who has one has both; make "
            "two");
    }
    if (findings.empty()) add(Verdict::ok, "none that is missing or easy to guess");
    return findings;
}

bool is_loopback(std::string_view host)
{
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Finding look_at_address(const Config& config)
{
    const std::string where = fmt::format("{} port {}", config.host, config.port);
    if (!config.production && !is_loopback(config.host)) {
        return {Verdict::warn, "address",
                fmt::format("{}, for others too, in development: set ENVIRONMENT=production, or "
                            "HOST=127.0.0.1",
                            where)};
    }
    if (config.production && !config.limits_enabled) {
        return {Verdict::warn, "address",
                where + ", without limits: unset RATE_LIMIT_ENABLED=false"};
    }
    return {Verdict::ok, "address",
            where + (is_loopback(config.host) ? ", for this machine alone" : ", for others too")};
}

}  // namespace

Findings examine_settings(const Config& config)
{
    Findings findings = look_at_secrets(config);
    findings.push_back(look_at_address(config));
    return findings;
}

std::string mask_secrets(std::string text, const Config& config)
{
    std::vector<std::string> secrets{config.auth_secret, config.model.openai_key,
                                     config.model.openrouter_key};
    for (const auto* list : {&config.previous_secrets, &config.service_tokens,
                             &config.encryption_keys, &config.session_secrets}) {
        secrets.insert(secrets.end(), list->begin(), list->end());
    }
    if (config.redis) secrets.push_back(config.redis->password);
    if (const auto* postgres = std::get_if<db::postgres::Settings>(&config.database)) {
        for (const auto& [keyword, value] : postgres->parameters) {
            if (keyword.ends_with("password")) secrets.push_back(value);
        }
    }
    constexpr std::size_t shortest = 4;  // a shorter one is in any text
    for (const std::string& secret : secrets) {
        if (secret.size() < shortest) continue;
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
            text.replace(at, secret.size(), "***");
    }
    std::ranges::replace_if(
        text, [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == '\033'; }, ' ');
    return text;
}

}  // namespace todod::cli

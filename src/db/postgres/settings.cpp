#include "db/postgres/settings.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::db::postgres {

namespace {

constexpr std::string_view form =
    "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters percent-encoded";
constexpr std::string_view mask = "***";
constexpr int max_port = 65535;

/// What is asked of libpq where neither the URL nor the environment says it. A server that is gone
/// without a word is noticed by these alone.
constexpr std::pair<const char*, const char*> standards[] = {
    {"connect_timeout", "5"},       // seconds
    {"application_name", "todod"},  //
    {"keepalives", "1"},            //
    {"keepalives_idle", "30"},      // seconds
    {"keepalives_interval", "10"},  // seconds
    {"keepalives_count", "3"},      //
    {"tcp_user_timeout", "10000"},  // milliseconds
};

struct FreeOptions {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

struct FreeMessage {
    void operator()(char* message) const noexcept { PQfreemem(message); }
};

[[noreturn]] void refuse(const std::string& takes)
{
    throw base::Error{base::ErrorCode::invalid, takes};
}

[[noreturn]] void refuse()
{
    refuse(std::string{form});
}

/// A URL as libpq divides it, each part as it was written.
struct Parts {
    std::string_view scheme;
    std::optional<std::string_view> user_info;
    std::string_view hosts;
    std::string_view path;   ///< with its slash
    std::string_view query;  ///< without its question mark
};

Parts split(std::string_view url)
{
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) refuse();
    Parts parts;
    parts.scheme = url.substr(0, colon);
    std::string_view rest = url.substr(colon + 3);
    const std::size_t at = rest.find_first_of("@/");
    if (at != std::string_view::npos && rest[at] == '@') {
        parts.user_info = rest.substr(0, at);
        rest.remove_prefix(at + 1);
    }
    const std::size_t mark = std::min(rest.find('?'), rest.size());
    const std::size_t slash = std::min(rest.find('/'), mark);
    parts.hosts = rest.substr(0, slash);
    parts.path = rest.substr(slash, mark - slash);
    parts.query = rest.substr(std::min(mark + 1, rest.size()));
    return parts;
}

bool is_postgres(std::string_view scheme)
{
    const std::string_view name = scheme.substr(0, scheme.find('+'));
    return name == "postgresql" || name == "postgres";
}

/// A password with an @ or a / in it divides the URL elsewhere than was meant, and would be taken
/// for a host or a database, which are not kept secret.
bool is_divided_as_meant(const Parts& parts)
{
    return !parts.hosts.contains('@') &&
           parts.path.substr(std::min<std::size_t>(1, parts.path.size())).find_first_of("@/:=") ==
               std::string_view::npos;
}

std::string decode(std::string_view text)
{
    auto decoded = base::percent_decode(text, false);
    if (!decoded) refuse();
    return *std::move(decoded);
}

struct Parameter {
    std::string_view written;
    std::string name;
    std::string_view value;  ///< as it was written
};

std::vector<Parameter> parameters_of(std::string_view query)
{
    std::vector<Parameter> parameters;
    while (!query.empty()) {
        const std::string_view written = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(written.size() + 1, query.size()));
        const std::size_t equals = written.find('=');
        if (equals == std::string_view::npos) refuse();
        parameters.push_back(
            {written, decode(written.substr(0, equals)), written.substr(equals + 1)});
    }
    return parameters;
}

bool to_bool(std::string_view name, std::string_view text)
{
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
    refuse(fmt::format("a URL whose {} is true or false", name));
}

int to_number(std::string_view text, int most)
{
    int number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    return whole && number >= 0 && number <= most ? number : -1;
}

void check_ssl_mode(std::string_view name, std::string_view mode)
{
    for (const std::string_view known :
         {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}) {
        if (mode == known) return;
    }
    refuse(
        fmt::format("a URL whose {} is disable, allow, prefer, require, verify-ca or "
                    "verify-full",
                    name));
}

/// SQLAlchemy's `ssl`, in libpq's words.
std::string ssl_mode(std::string_view ssl)
{
    if (ssl == "true" || ssl == "1") return "require";
    if (ssl == "false" || ssl == "0") return "disable";
    check_ssl_mode("ssl", ssl);
    return std::string{ssl};
}

bool is_known(const std::string& name)
{
    const Options options{PQconndefaults()};
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr;
         ++option) {
        if (name == option->keyword) return true;
    }
    return false;
}

/// Named only if it cannot be a piece of a password.
[[noreturn]] void refuse_unknown(const std::string& name, std::string_view query)
{
    const bool plain =
        !query.contains('@') && name.find_first_not_of(
                                    "abcdefghijklmnopqrstuvwxyz"
                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789-") == std::string::npos;
    if (!plain || name.empty()) refuse();
    refuse(fmt::format("a URL with libpq's parameters, ssl or pgbouncer; '{}' is none", name));
}

/// The query with what is libpq's, and the rest of it in `settings`.
std::string translate_query(std::string_view query, Settings& settings)
{
    std::string translated;
    const auto append = [&](std::string_view text) {
        translated += translated.empty() ? '?' : '&';
        translated += text;
    };
    for (const auto& [written, name, value] : parameters_of(query)) {
        if (name == "ssl") {
            append("sslmode=" + ssl_mode(decode(value)));
        } else if (name == "pgbouncer") {
            settings.pgbouncer = to_bool(name, value);
        } else if (name == "statement_cache_size" || name == "prepared_statement_cache_size") {
            if (value == "0") settings.pgbouncer = true;
        } else if (is_known(name)) {
            append(written);
        } else {
            refuse_unknown(name, query);
        }
    }
    return translated;
}

const std::string* find(const Settings& settings, std::string_view keyword)
{
    const auto found = std::ranges::find(settings.parameters, keyword,
                                         [](const auto& pair) { return pair.first; });
    return found == settings.parameters.end() ? nullptr : &found->second;
}

std::vector<std::string_view> split_list(std::string_view text)
{
    std::vector<std::string_view> items;
    for (;;) {
        const std::size_t comma = std::min(text.find(','), text.size());
        items.push_back(text.substr(0, comma));
        if (comma == text.size()) return items;
        text.remove_prefix(comma + 1);
    }
}

/// What libpq would only find out when it connects.
void check_values(const Settings& settings)
{
    if (const auto* mode = find(settings, "sslmode")) check_ssl_mode("sslmode", *mode);
    if (const auto* seconds = find(settings, "connect_timeout")) {
        if (to_number(*seconds, std::numeric_limits<int>::max()) < 0) {
            refuse("a URL whose connect_timeout is a whole number of seconds");
        }
    }
    if (const auto* ports = find(settings, "port")) {
        for (const std::string_view port : split_list(*ports)) {
            if (!port.empty() && to_number(port, max_port) < 1) refuse();
        }
    }
}

bool is_in_environment(std::string_view keyword, const PQconninfoOption* options)
{
    for (; options->keyword != nullptr; ++options) {
        if (keyword != options->keyword || options->envvar == nullptr) continue;
        return std::getenv(options->envvar) != nullptr;
    }
    return false;
}

}  // namespace

Settings parse_url(std::string_view url)
{
    const Parts parts = split(url);
    if (!is_postgres(parts.scheme) || !is_divided_as_meant(parts)) refuse();
    Settings settings;
    std::string translated = "postgresql://";
    if (parts.user_info) translated += std::string{*parts.user_info} + '@';
    translated += parts.hosts;
    translated += parts.path;
    translated += translate_query(parts.query, settings);

    char* raw_message = nullptr;
    const Options options{PQconninfoParse(translated.c_str(), &raw_message)};
    // It repeats the URL.
    const std::unique_ptr<char, FreeMessage> message{raw_message};
    if (!options) refuse();
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        settings.parameters.emplace_back(option->keyword, option->val);
    }
    check_values(settings);
    for (const auto& [keyword, value] : standards) {
        if (find(settings, keyword) != nullptr || is_in_environment(keyword, options.get())) {
            continue;
        }
        settings.parameters.emplace_back(keyword, value);
    }
    std::erase_if(settings.parameters,
                  [](const auto& parameter) { return parameter.first == "client_encoding"; });
    settings.parameters.emplace_back("client_encoding", "UTF8");
    return settings;
}

std::string mask_url(std::string_view url)
{
    const Parts parts = split(url);
    std::string masked = std::string{parts.scheme} + "://";
    if (parts.user_info) {
        const std::size_t colon = std::min(parts.user_info->find(':'), parts.user_info->size());
        masked += parts.user_info->substr(0, colon);
        if (colon < parts.user_info->size()) masked += fmt::format(":{}", mask);
        masked += '@';
    }
    masked += parts.hosts;
    masked += parts.path;
    char before = '?';
    for (const auto& [written, name, value] : parameters_of(parts.query)) {
        const bool secret = name.ends_with("password");
        masked += before;
        masked += secret ? fmt::format("{}={}", name, mask) : std::string{written};
        before = '&';
    }
    return masked;
}

std::string describe(const Settings& settings)
{
    const std::string* hosts = find(settings, "host");
    if (hosts == nullptr) hosts = find(settings, "hostaddr");
    const char* const standard = std::getenv("PGHOST");
    const std::string all = hosts != nullptr      ? *hosts
                            : standard != nullptr ? standard
                                                  : "(local socket)";
    const std::string* const port_list = find(settings, "port");
    const auto ports = split_list(port_list != nullptr ? std::string_view{*port_list} : "");
    std::string text;
    std::size_t index = 0;
    for (const std::string_view host : split_list(all)) {
        const std::string_view port = ports.size() == 1      ? ports[0]
                                      : index < ports.size() ? ports[index]
                                                             : std::string_view{};
        const bool v6 = host.contains(':');
        text += index++ == 0 ? "postgresql://" : ",";
        text += v6 ? fmt::format("[{}]", host) : std::string{host};
        if (!port.empty()) text += fmt::format(":{}", port);
    }
    if (const auto* database = find(settings, "dbname")) text += '/' + *database;
    return text;
}

}  // namespace todod::db::postgres

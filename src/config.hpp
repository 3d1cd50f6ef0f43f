#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assistant/model/endpoint.hpp"
#include "auth/limits.hpp"
#include "auth/public_key.hpp"
#include "auth/sessions.hpp"
#include "base/log.hpp"
#include "http/client_address.hpp"
#include "net/proxy.hpp"
#include "net/redis_settings.hpp"
#include "store/changes.hpp"
#include "store/storage.hpp"

namespace todod {

/// What todod is told by its environment (README, "Configuration").
struct Config {
    store::DatabaseLocation database;
    std::string auth_secret;  ///< empty: not set
    std::vector<std::string> previous_secrets;
    std::int64_t jwt_lifetime_days = 7;
    std::string jwt_issuer;
    std::string jwt_audience;
    std::string jwks_url;                              ///< empty: not set
    std::string auth_server_url;                       ///< empty: not set
    std::optional<auth::KeyAlgorithm> jwks_algorithm;  ///< the only one for its tokens, if set
    std::vector<std::string> service_tokens;           ///< of services that speak for users
    std::vector<std::string> encryption_keys;  ///< Fernet's; none: API keys and webhooks are off
    std::string nextauth_salt;
    std::vector<std::string> session_secrets;
    auth::KeptToken session_token = auth::KeptToken::hmac_hex;
    store::SessionTable session_table;
    store::Retention retention;
    std::vector<std::chrono::seconds> webhook_retries;  ///< after each attempt, until the next
    bool webhooks_allow_private = false;
    bool production = false;
    std::string app_name = "todod";
    std::string app_version;
    std::string host;
    std::uint16_t port = 8000;
    unsigned workers = 1;
    std::size_t max_event_streams = 20'000;
    unsigned shutdown_delay_seconds = 0;  ///< from being told to stop until it stops
    std::vector<std::string> cors_origins;
    std::string public_url;              ///< without a slash at its end; empty: not set
    std::vector<std::string> mcp_hosts;  ///< as which /mcp may be asked
    std::vector<http::Network> trusted_proxies;
    auth::Quotas quotas = auth::default_quotas;
    std::optional<net::RedisSettings> redis;
    assistant::model::ServerSettings model;  ///< the server's own, of the assistant
    net::ProxySettings proxies;              ///< that other servers are asked through
    base::LogSettings log;
    bool migrate_on_start = true;
    bool ignore_unknown_fields = false;
    bool limits_enabled = true;
};

/// Names and values; the process's own go before those of `.env`.
using Environment = std::map<std::string, std::string, std::less<>>;

/// The process's environment, and `.env` of the working directory if it is there; a secret that is
/// given as NAME_FILE is read from that file. Throws base::Error{invalid} when one of the files
/// cannot be read.
Environment read_environment();

/// Throws base::Error{invalid}, in one line that names the variable and what it takes, for the
/// first value that cannot be used. Variables it does not know are left alone.
Config read_config(const Environment& environment);

/// One variable as `todod config` shows it.
struct Setting {
    std::string_view name;
    std::string value;   ///< in force; of a secret only whether it is set, of a URL no password
    bool given = false;  ///< not the default
};

/// Every variable with what is in force. Throws as read_config does.
std::vector<Setting> list_settings(const Environment& environment);

}  // namespace todod

#include "config_limits.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "config_values.hpp"

namespace todod {

namespace {

constexpr std::int64_t max_quota = 1'000'000'000;

void set_quota(Config& config, auth::LimitKind kind, std::string_view text)
{
    config.quotas[std::to_underlying(kind)] =
        static_cast<std::uint32_t>(to_number(text, 1, max_quota));
}

}  // namespace

void set_limits_enabled(Config& config, std::string_view text)
{
    config.limits_enabled = to_bool(text);
}

void set_read_limit(Config& config, std::string_view text)
{
    set_quota(config, auth::LimitKind::read, text);
}

void set_write_limit(Config& config, std::string_view text)
{
    set_quota(config, auth::LimitKind::write, text);
}

void set_chat_limit(Config& config, std::string_view text)
{
    set_quota(config, auth::LimitKind::chat, text);
}

void set_redis(Config& config, std::string_view url)
{
    try {
        config.redis = net::parse_redis_url(url);
    } catch (const base::Error& error) {
        throw Unusable{error.message()};
    }
}

void set_trusted_proxies(Config& config, std::string_view text)
{
    config.trusted_proxies.clear();
    for (const std::string& item : to_list(text)) {
        auto networks = http::parse_networks(item);
        if (networks.empty()) {
            throw Unusable{
                "addresses (192.0.2.1), networks (10.0.0.0/8), 'loopback' or 'private', with "
                "commas between"};
        }
        std::ranges::move(networks, std::back_inserter(config.trusted_proxies));
    }
}

}  // namespace todod

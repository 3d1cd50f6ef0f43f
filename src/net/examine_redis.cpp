#include "net/examine_redis.hpp"

#include <hiredis/hiredis.h>

#include <cstdlib>

#include "net/redis_command.hpp"

namespace todod::net {

using base::Finding;
using base::Verdict;

namespace {

constexpr std::chrono::milliseconds patience{2000};
constexpr int oldest_version = 7;
constexpr auto what = "redis";

/// Of what INFO says: a line `name:value`.
std::string value_of(std::string_view info, std::string_view name)
{
    const std::string start = fmt::format("\n{}:", name);
    const std::size_t at = info.find(start);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = info.substr(at + start.size());
    return std::string{rest.substr(0, rest.find_first_of("\r\n"))};
}

Finding judge(std::string_view info, const std::string& place)
{
    const std::string version = value_of(info, "redis_version");
    const std::string policy = value_of(info, "maxmemory_policy");
    const std::string how = fmt::format("Redis {} at {}, {}", version, place, policy);
    if (std::atoi(version.c_str()) < oldest_version) {
        return {Verdict::fail, what, fmt::format("{}: {} or later is needed", how, oldest_version)};
    }
    if (value_of(info, "slave_read_only") == "1") {
        return {Verdict::fail, what,
                how + ": a replica that takes no writes, let REDIS_URL name the primary"};
    }
    if (value_of(info, "maxmemory") != "0" && policy.starts_with("allkeys")) {
        return {Verdict::warn, what,
                how + ": may forget limits when it is full, volatile-ttl or noeviction does not"};
    }
    return {Verdict::ok, what, how};
}

}  // namespace

Finding examine_redis(const RedisSettings& settings)
{
    try {
        const auto context = connect_redis(settings, patience);
        ask_redis(*context, {"SCRIPT", "LOAD", "return 1"});  // what limits are counted by
        const auto info = ask_redis(*context, {"INFO"});
        return judge({info->str, info->len}, settings.place());
    } catch (const UnusableRedis& unusable) {
        return {Verdict::fail, what,
                fmt::format("{} cannot be used ({}), and each replica has limits of its own: start "
                            "it, or change REDIS_URL",
                            settings.place(), unusable.reason)};
    }
}

}  // namespace todod::net

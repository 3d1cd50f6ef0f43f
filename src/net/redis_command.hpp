#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/redis_settings.hpp"

struct redisContext;
struct redisReply;

namespace todod::net {

/// Why a Redis server cannot be used: never with a password.
class UnusableRedis {
public:
    std::string reason;
};

struct CloseRedis {
    void operator()(redisContext* context) const noexcept;
};
using RedisContext = std::unique_ptr<redisContext, CloseRedis>;

struct FreeRedisReply {
    void operator()(redisReply* reply) const noexcept;
};
using RedisReply = std::unique_ptr<redisReply, FreeRedisReply>;

/// As hiredis takes a command.
struct RedisCommand {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;

    RedisCommand(std::initializer_list<std::string_view> words);
    int count() const { return static_cast<int>(texts.size()); }
};

/// Connects, signs in and chooses the database. Blocks, for at most `patience` at each step (and
/// for as long as the host's name takes to be found). Throws UnusableRedis.
RedisContext connect_redis(const RedisSettings& settings, std::chrono::milliseconds patience);

/// One command and its answer, on a connection that blocks. Throws UnusableRedis.
RedisReply ask_redis(redisContext& context, const RedisCommand& command);

}  // namespace todod::net

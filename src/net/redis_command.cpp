#include "net/redis_command.hpp"

#include <hiredis/hiredis.h>

#include <cerrno>

namespace todod::net {

namespace {

timeval to_timeval(std::chrono::milliseconds time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {.tv_sec = seconds.count(),
            .tv_usec = std::chrono::microseconds{time - seconds}.count()};
}

/// What the server says when it refuses a command. For AUTH that is the first word alone: a proxy
/// that does not know it may repeat what it was given.
std::string refusal(const redisReply& reply, const RedisCommand& command)
{
    std::string_view text{reply.str, reply.len};
    const std::string_view name{command.texts.front(), command.sizes.front()};
    if (name == "AUTH") text = text.substr(0, text.find(' '));
    return std::string{text};
}

}  // namespace

void CloseRedis::operator()(redisContext* context) const noexcept
{
    redisFree(context);
}

void FreeRedisReply::operator()(redisReply* reply) const noexcept
{
    freeReplyObject(reply);
}

RedisCommand::RedisCommand(std::initializer_list<std::string_view> words)
{
    for (const std::string_view word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
}

RedisReply ask_redis(redisContext& context, const RedisCommand& command)
{
    RedisCommand sent = command;
    RedisReply reply{static_cast<redisReply*>(
        redisCommandArgv(&context, sent.count(), sent.texts.data(), sent.sizes.data()))};
    if (!reply) {
        const bool is_late = errno == EAGAIN || errno == EWOULDBLOCK;
        throw UnusableRedis{is_late ? "it does not answer" : context.errstr};
    }
    if (reply->type == REDIS_REPLY_ERROR) throw UnusableRedis{refusal(*reply, command)};
    return reply;
}

RedisContext connect_redis(const RedisSettings& settings, std::chrono::milliseconds patience)
{
    const timeval time = to_timeval(patience);
    RedisContext context{settings.socket.empty()
                             ? redisConnectWithTimeout(settings.host.c_str(), settings.port, time)
                             : redisConnectUnixWithTimeout(settings.socket.c_str(), time)};
    if (!context) throw UnusableRedis{"out of memory"};
    if (context->err != 0) throw UnusableRedis{context->errstr};
    redisSetTimeout(context.get(), time);
    if (settings.socket.empty()) redisEnableKeepAlive(context.get());
    if (!settings.password.empty()) {
        std::string_view user = settings.user;
        if (user.empty()) user = "default";
        ask_redis(*context, {"AUTH", user, settings.password});
    }
    if (settings.database != 0) {
        ask_redis(*context, {"SELECT", std::to_string(settings.database)});
    }
    return context;
}

}  // namespace todod::net

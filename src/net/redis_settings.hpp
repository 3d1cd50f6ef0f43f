#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace todod::net {

/// Where a Redis server is, and who asks.
struct RedisSettings {
    std::string host{"localhost"};
    std::uint16_t port = 6379;
    std::string socket{};  ///< the path of a Unix socket; empty: host and port
    std::string user{};    ///< empty: the default user
    std::string password{};
    int database = 0;
    /// The server has so long to take a connection and to answer.
    std::chrono::milliseconds patience{250};

    /// For people: without the password.
    std::string place() const;
};

/// Of redis://USER:PASSWORD@HOST:PORT/DATABASE or unix:///PATH?db=DATABASE, with special characters
/// percent-encoded; all but the host and the path may be left out. Throws Error{invalid}, which
/// says what it takes.
RedisSettings parse_redis_url(std::string_view url);

}  // namespace todod::net

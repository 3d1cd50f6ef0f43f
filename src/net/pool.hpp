#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "net/connection.hpp"

namespace todod::net {

/// Connections that have brought a whole answer and are open for another request. On the client's
/// thread only.
class Pool {
public:
    static constexpr std::size_t max_idle = 64;
    static constexpr std::size_t max_idle_per_place = 16;
    static constexpr std::chrono::seconds max_idle_time{30};

    explicit Pool(boost::asio::io_context& io);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// The one to `place` that was used last and that the server has left open; null where there
    /// is none.
    std::unique_ptr<Connection> take(const std::string& place);

    /// In place of the oldest one where there are too many.
    void put(std::string place, std::unique_ptr<Connection> connection);

    /// Closes all, and keeps none from here on.
    void end();

private:
    struct Idle {
        std::string place;
        std::unique_ptr<Connection> connection;
        std::chrono::steady_clock::time_point until;
    };
    struct Clock;

    void close_late_ones();

    std::list<Idle> idle_;          ///< the oldest first
    std::unique_ptr<Clock> clock_;  ///< none: ended
};

}  // namespace todod::net

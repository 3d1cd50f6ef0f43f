#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "http/common.hpp"
#include "http/dispatch.hpp"

namespace boost::asio {
class io_context;
}

namespace todod::http {

class Connection;

/// The connections of one I/O thread. Each is a coroutine that owns all that it needs, and ends
/// itself.
class Connections {
public:
    /// All must outlive the last connection.
    Connections(boost::asio::io_context& io, Dispatcher& dispatcher, Common& common);

    /// Serves the client at `descriptor`, whose owner this becomes; `peer` is its address. `owner`
    /// is kept until the connection has ended.
    void start(int descriptor, const Address& peer, std::shared_ptr<void> owner);

    /// To be called about every second: ends what has taken too long.
    void tick();

    /// Ends what is idle; what is not answers once more. From then on the io_context is stopped
    /// when there is none left.
    void stop();

    /// Ends everything now. Gives how many remain, because their operation has not ended: each
    /// keeps its owner until it has.
    std::size_t cut_off();

    // For the connections.
    void add(Connection& connection) noexcept;
    void remove(Connection& connection) noexcept;
    Dispatcher& dispatcher() noexcept { return dispatcher_; }
    const ServerSettings& settings() const noexcept { return common_.settings; }
    const Limits& limits() const noexcept { return common_.settings.limits; }
    std::int64_t now() const noexcept { return now_; }  ///< in ticks
    /// How often the next stream tells that it is there (pace_of).
    std::chrono::milliseconds next_heartbeat() noexcept;
    bool is_leaving() const noexcept { return common_.leaving; }

private:
    static base::Async<void> serve(std::unique_ptr<Connection> connection, base::Log& log);

    boost::asio::io_context& io_;
    Dispatcher& dispatcher_;
    Common& common_;
    Connection* first_ = nullptr;
    std::int64_t now_ = 0;
    std::uint64_t streams_ = 0;  ///< that there have been
    bool is_stopping_ = false;
};

}  // namespace todod::http

#include "http/connections.hpp"

#include <boost/asio/io_context.hpp>

#include "http/connection.hpp"

namespace todod::http {

namespace {

/// Past the limit so many more are taken in, to be told so.
std::size_t refusable(std::size_t limit) noexcept
{
    return limit + limit / 8 + 8;
}

}  // namespace

Connections::Connections(boost::asio::io_context& io, Dispatcher& dispatcher, Common& common)
    : io_(io), dispatcher_(dispatcher), common_(common)
{
}

void Connections::start(int descriptor, const Address& peer, std::shared_ptr<void> owner)
{
    try {
        Socket socket{io_, descriptor};
        const std::size_t open = common_.connections;
        if (open >= refusable(limits().connections)) return;
        auto connection =
            std::make_unique<Connection>(*this, std::move(socket), peer, std::move(owner));
        if (open >= limits().connections)
            connection->refuse({503, "Too many connections are open."});
        base::spawn(serve(std::move(connection), common_.log));
    } catch (const std::exception& error) {
        common_.log.write(base::LogLevel::error, "todod.http",
                          fmt::format("A client cannot be served: {}", error.what()));
    }
}

base::Async<void> Connections::serve(std::unique_ptr<Connection> connection, base::Log& log)
{
    try {
        co_await connection->run();
    } catch (const std::exception& error) {
        log.write(base::LogLevel::error, "todod.http",
                  fmt::format("A connection failed: {}", error.what()));
    }
}

void Connections::tick()
{
    ++now_;
    for (Connection* each = first_; each != nullptr; each = each->next)
        each->tick();
}

void Connections::stop()
{
    is_stopping_ = true;
    if (first_ == nullptr) io_.stop();
    for (Connection* each = first_; each != nullptr; each = each->next)
        each->stop();
}

std::size_t Connections::cut_off()
{
    std::size_t remaining = 0;
    for (Connection* each = first_; each != nullptr; each = each->next) {
        if (each->cut_off()) ++remaining;
    }
    return remaining;
}

std::chrono::milliseconds Connections::next_heartbeat() noexcept
{
    return pace_of(streams_++, limits().heartbeat);
}

void Connections::add(Connection& connection) noexcept
{
    ++common_.connections;
    connection.next = first_;
    if (first_ != nullptr) first_->previous = &connection;
    first_ = &connection;
}

void Connections::remove(Connection& connection) noexcept
{
    --common_.connections;
    if (connection.next != nullptr) connection.next->previous = connection.previous;
    if (connection.previous != nullptr) {
        connection.previous->next = connection.next;
    } else {
        first_ = connection.next;
    }
    if (is_stopping_ && first_ == nullptr) io_.stop();
}

}  // namespace todod::http

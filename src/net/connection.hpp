#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/async.hpp"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace todod::net {

/// A TCP connection to another server, with or without TLS. On the client's thread only. Nothing
/// may be under way when it is destroyed; close() sees to that, after the turn in which it ends.
class Connection {
public:
    explicit Connection(boost::asio::io_context& io);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// `address` in text. After a failure another may be tried.
    base::Async<boost::system::error_code> connect(std::string address, std::uint16_t port);

    /// Speaks TLS from here on, with a server whose certificate must hold for `host`. Gives why
    /// there is none; empty when there is.
    base::Async<std::string> secure(boost::asio::ssl::context& context, std::string host);

    /// All of `bytes`, which stay the caller's.
    base::Async<boost::system::error_code> write(std::string_view bytes);

    struct Read {
        boost::system::error_code error;
        std::size_t size = 0;
    };

    /// What has come, at least a byte of it.
    base::Async<Read> read(std::span<char> into);

    /// What is under way ends with an error.
    void close() noexcept;

    /// Whether it is open and nothing has come that was not read: the next request may use it.
    bool is_quiet() noexcept;

private:
    struct Sockets;
    std::unique_ptr<Sockets> sockets_;
};

}  // namespace todod::net

#pragma once

#include <memory>
#include <string>

using SSL = struct ssl_st;

namespace boost::asio::ssl {
class context;
}

namespace todod::net {

/// What servers' certificates are checked by. Read when it is first asked for: that takes tens of
/// milliseconds.
class Trust {
public:
    Trust();
    ~Trust();
    Trust(const Trust&) = delete;
    Trust& operator=(const Trust&) = delete;

    boost::asio::ssl::context& context();

private:
    std::unique_ptr<boost::asio::ssl::context> context_;
};

/// Names `host` to the server (SNI), and takes a certificate only if it is of that host: by its
/// alternative names alone, whole labels for a wildcard (RFC 9525). Throws Error{internal}.
void expect_host(SSL* connection, const std::string& host);

/// Why the server's certificate was refused; empty where it was not.
std::string certificate_fault(const SSL* connection);

}  // namespace todod::net

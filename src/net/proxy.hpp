#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/url.hpp"

namespace todod::net {

/// An HTTP proxy, which carries requests to other servers.
struct Proxy {
    std::string host;  ///< as Url::host
    std::uint16_t port = 0;
    /// What its Proxy-Authorization says: a secret. Empty: none.
    std::string authorization{};

    std::string place() const;  ///< "host:port": what may be logged
};

/// Which proxies requests go through, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say.
struct ProxySettings {
    std::optional<Proxy> https{};  ///< for https:// URLs, by CONNECT
    std::optional<Proxy> http{};   ///< for http:// URLs
    /// Who is asked directly: "*" is everybody, "a.example" (or ".a.example", "*.a.example") that
    /// host and all under it, "192.0.2.1" an address, "10.0.0.0/8" a network; with ":port" that
    /// port alone.
    std::vector<std::string> direct{};
};

/// Of "http://USER:PASSWORD@HOST:PORT", the user percent-encoded; all but the host may be left
/// out. Throws Error{invalid}, which says what it takes.
Proxy parse_proxy(std::string_view url);

/// Null where `url` is asked directly. Of todod's own machine nobody else is ever asked.
const Proxy* find_proxy(const ProxySettings& settings, const Url& url);

}  // namespace todod::net

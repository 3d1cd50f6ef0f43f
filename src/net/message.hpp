#pragma once

#include <string>
#include <string_view>

#include "net/http_client.hpp"
#include "net/proxy.hpp"
#include "net/url.hpp"

namespace todod::net {

/// Throws Error{bad_request}.
Url check_url(std::string_view url);

/// The bytes of a request (RFC 9112) to `url`, which is what its own says. Through a proxy, which
/// is not null then, in absolute form, unless it is one of the bytes that CONNECT carries. Throws
/// Error{internal} for a method or a header that is none, or that is not the caller's to set.
std::string write_request(const HttpRequest& request, const Url& url, const Proxy* proxy);

/// Asks a proxy to carry bytes to `url`'s host (RFC 9110 §9.3.6).
std::string write_connect(const Url& url, const Proxy& proxy);

}  // namespace todod::net

#pragma once

#include <string>
#include <string_view>

#include "net/http_client.hpp"
#include "net/url.hpp"

namespace todod::net {

/// Throws Error{bad_request}.
Url check_url(std::string_view url);

/// The bytes of a request (RFC 9112) to `url`, which is what its own says. Throws Error{internal}
/// for a method or a header that is none, or that is not the caller's to set.
std::string write_request(const HttpRequest& request, const Url& url);

}  // namespace todod::net

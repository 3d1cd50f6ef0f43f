#pragma once

#include <optional>
#include <string>

#include "operation/operation.hpp"

namespace todod::mcp {

/// /mcp as a resource for which an authorisation server gives out tokens (RFC 9728).
struct Resource {
    std::string id;            ///< "https://todo.example/mcp": its URL, and its tokens' audience
    std::string metadata_url;  ///< "https://todo.example/.well-known/oauth-protected-resource/mcp"
    std::string authorization_server;  ///< its issuer, as its own metadata have it
    std::string name;
};

/// `url` is where todod is to be found, without a slash at its end.
Resource make_resource(const std::string& url, std::string authorization_server, std::string name);

/// Tells its metadata to anybody, at the places where clients look for them.
operation::Operation metadata_operation(const Resource& resource);

/// How who may not call it is asked for a token; of nothing, where no server is known to give one.
operation::Challenge make_challenge(const std::optional<Resource>& resource);

}  // namespace todod::mcp

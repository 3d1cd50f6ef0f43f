#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "net/http_client.hpp"

namespace todod::cli {

/// How long the whole of an answer may take, and how long nothing of it may come.
inline constexpr std::chrono::minutes longest_answer{5};
inline constexpr std::chrono::minutes longest_silence{2};

/// Where a server speaks the Model Context Protocol.
inline constexpr std::string_view mcp_path = "/mcp";

/// The token for a server: what is in the file, or TODOD_TOKEN where `token_file` is empty, without
/// white space around it. Throws Error{unauthorized} where there is none, and Error{invalid} for
/// what no header may have.
std::string read_token(const std::string& token_file);

/// Of `path` on what --server names, which may be the URL of its /mcp as well. Throws
/// Error{bad_request} where that is no URL.
std::string url_on(std::string server, std::string_view path);

bool is_event_stream(const net::HttpResponse& head);

/// An object, or nothing.
boost::json::object parse_object(std::string_view text);

}  // namespace todod::cli

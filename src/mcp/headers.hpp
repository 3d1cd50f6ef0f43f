#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mcp/message.hpp"
#include "schema/type.hpp"

namespace todod::mcp {

using Headers = std::span<const schema::NamedText>;

inline constexpr std::string_view revision_header = "MCP-Protocol-Version";

/// The value without white space around it; nothing where there is none of that name, or more than
/// one: whoever goes by another of them would be deceived.
std::optional<std::string_view> find_header(Headers headers, std::string_view name);

/// `=?base64?…?=` stands for what a header cannot have in it; nothing where that is broken.
std::optional<std::string> decode_header(std::string_view value);

/// Whether the headers of a modern request say the same as its body, so that who routes by the
/// headers is not deceived (2026-07-28, transports/streamable-http): the revision, which is
/// checked first and by itself, and then Mcp-Method, and Mcp-Name where `named_by` says so.
std::optional<Fault> check_revision_header(Headers headers, std::string_view revision);
std::optional<Fault> check_headers(Headers headers, const Message& message,
                                   std::string_view named_by);

/// As decode_header takes it.
std::string encode_header(std::string_view text);

/// The headers that a client sends with `message` over HTTP, names and values: those of the modern
/// revision where it is of that, and else `agreed`, which `initialize` has answered; empty: not
/// yet.
std::vector<std::pair<std::string, std::string>> write_headers(const Message& message,
                                                               std::string_view agreed);

}  // namespace todod::mcp

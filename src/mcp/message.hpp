#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"

namespace todod::mcp {

/// JSON-RPC 2.0's codes (§5.1), and below them MCP's own (2026-07-28, basic/index).
enum class FaultCode : int {
    unparsable = -32700,
    invalid_request = -32600,
    unknown_method = -32601,
    invalid_params = -32602,
    internal = -32603,
    legacy_resource_not_found = -32002,  ///< before 2026-07-28, which has invalid_params for it
    header_mismatch = -32020,
    missing_capability = -32021,
    unsupported_revision = -32022,
};

/// Why a request has no result.
struct Fault {
    FaultCode code = FaultCode::internal;
    std::string message;
    boost::json::object data{};  ///< empty: none
    int status = 200;            ///< of HTTP
};

/// Invalid params, in these words.
Fault refuse_params(std::string message);

/// A JSON-RPC 2.0 message (§4, §5). Refers to the JSON that it was read from.
struct Message {
    enum class Kind : std::uint8_t { request, notification, response };

    Kind kind = Kind::request;
    boost::json::value id{};                      ///< a text or an integer; null of a notification
    std::string_view method{};                    ///< empty of a response
    const boost::json::object* params = nullptr;  ///< null: none
    const boost::json::object* whole = nullptr;
};

/// A request's: an integer, or a text that is not too long.
bool is_id(const boost::json::value& id);

/// What is not a message is a Fault with status 400.
std::variant<Message, Fault> read_message(const boost::json::value& json);

/// In a modern request's `_meta`: the revision.
inline constexpr std::string_view revision_key = "io.modelcontextprotocol/protocolVersion";

/// `params._meta.key`; null where there is none.
const boost::json::value* find_meta(const boost::json::object* params, std::string_view key);

/// A text among `params`; nothing where there is none of that name.
const boost::json::string* find_text(const boost::json::object* params, std::string_view name);

/// The answer with a result, whose members are given as JSON text: `"tools":[],"ttlMs":0`.
std::string write_result(const boost::json::value& id, std::string_view members);

/// `id` is null where it could not be read.
std::string write_fault(const boost::json::value& id, const Fault& fault);

std::string write_request(std::string_view id, std::string_view method,
                          const boost::json::object& params);

std::string write_notification(std::string_view method, const boost::json::object& params);

/// The members of an object as JSON text, without the braces.
std::string write_members(const boost::json::object& object);

/// What a caller has done wrong, in a Fault. Rethrows the present exception where it is another's
/// fault, or is about who the caller is and how often they come: HTTP has its own words for that.
Fault fault_of(const base::Error& error);

}  // namespace todod::mcp

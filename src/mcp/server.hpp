#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/limits.hpp"
#include "auth/principal.hpp"
#include "base/async.hpp"
#include "mcp/message.hpp"
#include "mcp/peer.hpp"
#include "mcp/revision.hpp"
#include "schema/type.hpp"

namespace todod::mcp {

class ClientRequests;

/// Who sends a message, and by which way. Views hold until it has been answered.
struct Sender {
    auth::Principal caller{};
    /// Nothing: not over HTTP, and no rules about headers.
    std::optional<std::span<const schema::NamedText>> headers{};
    std::string time_zone{};  ///< an IANA name; empty: not known
    std::string idempotency_key{};
    std::string_view request_id{};           ///< todod's
    auth::Meter* meter = nullptr;            ///< null: nothing is counted
    operation::EventSink* events = nullptr;  ///< null: one answer is wanted
    std::stop_token stopped{};               ///< requested when nobody waits any more
};

/// A request on its way to its handler, which it outlives.
struct Request {
    Revision revision = newest_legacy;
    const Message& message;
    const Sender& sender;
    Peer& peer;
};

/// For how long an answer may be kept, and whether by others than its user (2026-07-28).
struct CacheHint {
    std::chrono::milliseconds ttl{0};
    bool is_private = true;
};

/// Of lists that change with todod's release alone; what they show, with the token's scopes.
inline constexpr CacheHint list_cache{std::chrono::minutes{5}};

/// What goes into a result: its members as JSON text, `"tools":[…]`; may be empty.
struct Result {
    std::string members;
    std::optional<CacheHint> cache{};
    boost::json::object meta{};          ///< into its `_meta`
    std::string_view type = "complete";  ///< `resultType` (2026-07-28)
};

using Answer = std::variant<Result, Fault>;
using Handler = std::function<base::Async<Answer>(const Request&)>;

/// In which revisions a method is known.
enum class Era : std::uint8_t { legacy, modern, both };

/// One thing that a client can ask for.
struct Method {
    std::string_view name;
    Handler handle;
    Era era = Era::both;
    std::string_view named_by{};  ///< the parameter that the header Mcp-Name repeats; empty: none
};

constexpr bool covers(Era era, Revision revision) noexcept
{
    return era == Era::both || (era == Era::modern) == is_modern(revision);
}

/// What a server says of itself.
struct About {
    std::string name;
    std::string title;
    std::string version;
    std::string instructions;                 ///< for the model; empty: none
    boost::json::object capabilities;         ///< in the modern revision
    boost::json::object legacy_capabilities;  ///< without sessions nothing can be told later
};

/// The answer to one message.
struct Outgoing {
    int status = 200;
    std::string body{};  ///< empty: a message that is not answered
};

/// A Model Context Protocol server: a table of methods, beside `initialize`, `ping` and
/// `server/discover`, which it answers itself. It keeps nothing from one message to the next, so
/// any replica can take any. One an I/O thread.
class Server {
public:
    /// Responses are for `asked`, which must outlive this. Null: clients are asked nothing.
    Server(About about, std::vector<Method> methods, ClientRequests* asked = nullptr);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// `json` and what `sender` refers to must hold until it has ended. Throws what is not the
    /// fault of the message: Error{unavailable}, {internal}, {unauthorized}, {too_many_requests}.
    base::Async<Outgoing> answer(const boost::json::value& json, Sender sender) const;

private:
    /// What a request is for.
    struct Target {
        const Method* method;
        Revision revision;
    };

    base::Async<Outgoing> answer_request(const Message& message, const Sender& sender) const;
    base::Async<Answer> handle(const Method& method, const Request& request) const;
    std::variant<Target, Fault> find(const Message& message, const Sender& sender) const;
    const Method* find_method(std::string_view name, Revision revision) const noexcept;
    std::string write(const Result& result, Revision revision) const;
    Result initialize(const Request& request) const;
    Result discover() const;

    About about_;
    std::vector<Method> methods_;
    ClientRequests* asked_;
    boost::json::object info_;  ///< `serverInfo`
};

}  // namespace todod::mcp

#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/async.hpp"
#include "operation/events.hpp"

namespace todod::mcp {

/// The way to the client of one request while that is being answered.
class Peer {
public:
    /// The frame in which messages go over HTTP.
    static constexpr std::string_view event = "message";

    /// `events` must outlive this. Null: the client takes nothing but the answer.
    explicit Peer(operation::EventSink* events) : events_(events) {}

    bool is_listening() const noexcept { return events_ != nullptr; }

    /// Sends a notification, where the client takes any. Throws as EventSink::send does.
    base::Async<void> notify(std::string_view method, boost::json::object params);

    /// Sends a request of the server's own (legacy), as notify does. Its answer comes another way:
    /// see ClientRequests.
    base::Async<void> ask(std::string_view id, std::string_view method, boost::json::object params);

private:
    operation::EventSink* events_;
};

}  // namespace todod::mcp

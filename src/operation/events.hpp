#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/async.hpp"

namespace todod::operation {

/// One server-sent event (WHATWG HTML §9.2).
struct Event {
    std::string_view name{};  ///< must hold until it has been sent
    std::string data{};       ///< JSON
    std::string id{};         ///< what a client that comes back sends as Last-Event-ID; empty: none
    /// After how long it is to come back where the connection has ended; nothing: as it likes.
    std::optional<std::chrono::milliseconds> retry{};
};

/// Where the parts of an answer go while it is still being made. Of one I/O thread.
class EventSink {
public:
    EventSink() = default;
    virtual ~EventSink() = default;
    EventSink(const EventSink&) = delete;
    EventSink& operator=(const EventSink&) = delete;

    /// One at a time: to be awaited before the next. Goes on when the client has taken enough of
    /// what went before. Throws Error{unavailable} when the client has gone or takes nothing for
    /// too long; Call::stopped is then requested as well, soon after.
    virtual base::Async<void> send(Event event) = 0;

    /// send() for what has neither id nor retry.
    base::Async<void> send(std::string_view name, std::string data)
    {
        return send(Event{.name = name, .data = std::move(data)});
    }
};

}  // namespace todod::operation

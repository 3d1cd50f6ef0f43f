#pragma once

#include <string>
#include <string_view>

#include "base/async.hpp"

namespace todod::operation {

/// Where the parts of an answer go while it is still being made. Of one I/O thread.
class EventSink {
public:
    EventSink() = default;
    virtual ~EventSink() = default;
    EventSink(const EventSink&) = delete;
    EventSink& operator=(const EventSink&) = delete;

    /// Sends `event: name` with `data`, which is JSON. One at a time: to be awaited before the
    /// next. Goes on when the client has taken enough of what went before. Throws
    /// Error{unavailable} when the client has gone or takes nothing for too long; Call::stopped is
    /// then requested as well, soon after. `name` holds until it has gone on.
    virtual base::Async<void> send(std::string_view name, std::string data) = 0;
};

}  // namespace todod::operation

#include "services/events.hpp"

#include "api/api.hpp"
#include "api/routes.hpp"
#include "operation/handler.hpp"
#include "types/follow.hpp"

namespace todod::api {

using operation::Answer;
using operation::Caller;
using operation::Event;
using operation::Method;
using operation::Nothing;
using operation::Operation;
using operation::with_handler;
using types::FollowChanges;

namespace {

/// When a client comes back whose stream has ended.
constexpr std::chrono::milliseconds retry{2000};

constexpr std::string_view doc =
    "The caller's changes as they are made, wherever that is, each once and in the order of the "
    "log, as server-sent events. Who sends the `id` of the last event that was seen, as "
    "`Last-Event-ID` or `since`, to whichever replica, misses nothing. A stream ends when the "
    "credentials do not hold any more, or after an hour: then come back. A caller may have 32 "
    "streams open.";

constexpr std::string_view events_doc =
    "Each `data` is JSON on one line, each `id` the `seq` of a change. First comes `event: ready` "
    "(`{\"seq\": 41}`: the changes after this one follow), then `event: change` with a Change for "
    "each. `event: reset` (`{\"seq\": 90}`) says that the log is not kept so far back: read the "
    "tasks anew; the changes after that one follow. Where nothing is sent for 15 seconds comes a "
    "comment.";

/// Sends what it hears as server-sent events.
class ChangeSender final : public services::ChangeListener {
public:
    ChangeSender(operation::EventSink& events, schema::Dialect dialect)
        : events_(events), dialect_(dialect)
    {
    }

    base::Async<void> begin(std::int64_t seq) override { return send_start("ready", seq); }
    base::Async<void> begin_anew(std::int64_t seq) override { return send_start("reset", seq); }
    base::Async<void> hear(types::Change change) override
    {
        return events_.send(
            {.name = "change", .data = write(change), .id = fmt::to_string(change.seq)});
    }

private:
    template <class T>
    std::string write(const T& value) const
    {
        std::string json;
        schema::Codec<T>::write(value, json, dialect_);
        return json;
    }

    base::Async<void> send_start(std::string_view name, std::int64_t seq)
    {
        return events_.send({.name = name,
                             .data = write(types::StreamStart{seq}),
                             .id = fmt::to_string(seq),
                             .retry = retry});
    }

    operation::EventSink& events_;
    const schema::Dialect dialect_;
};

Operation follow_changes(services::Events* events)
{
    return with_handler<FollowChanges, Nothing>(
        {.name = "follow_changes",
         .summary = "Follow the changes",
         .doc = doc,
         .tag = "Changes",
         .routes = on_both(Method::get, "/api/{user_id}/events", "/api/events"),
         .scope = auth::Scope::read,
         .stream = operation::Stream{.is_only = true, .doc = events_doc}},
        [events](Caller caller, FollowChanges input) -> base::Async<Answer<Nothing>> {
            if (caller.events == nullptr) co_return Answer<Nothing>{};  // the head alone is wanted
            ChangeSender sender{*caller.events, caller.dialect};
            services::FollowRequest request{
                .user_id = std::move(caller.user_id),
                .since = input.last_event_id ? input.last_event_id : input.since,
                .comes_back = input.last_event_id.has_value(),
                .headers = caller.headers,
                .stopped = std::move(caller.stopped)};
            co_await events->follow(std::move(request), sender);
            co_return Answer<Nothing>{};
        });
}

}  // namespace

operation::Table event_operations(services::Events* events)
{
    operation::Table operations;
    operations.push_back(follow_changes(events));
    return operations;
}

}  // namespace todod::api

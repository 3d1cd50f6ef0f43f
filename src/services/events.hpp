#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "auth/authenticator.hpp"
#include "base/async.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "feed/hub.hpp"
#include "store/changes.hpp"

namespace todod::services {

/// Who wants to be told of changes, and from where on. Views hold until they have been.
struct FollowRequest {
    std::string user_id;
    std::optional<std::int64_t> since{};  ///< nothing: from now on
    bool comes_back = false;              ///< `since` is what an earlier stream has told last
    std::span<const schema::NamedText> headers{};  ///< with the credentials
    std::stop_token stopped{};                     ///< requested when nobody listens any more
};

/// Throws Error{unauthorized} when what `request` has come with is not its user's any more, or
/// covers no reading.
base::Async<void> check_credentials(auth::Authenticator& authenticator,
                                    const FollowRequest& request);

/// Who is told. Each throws when nobody listens any more.
class ChangeListener {
public:
    virtual ~ChangeListener() = default;

    /// What follows comes after `seq`.
    virtual base::Async<void> begin(std::int64_t seq) = 0;
    /// So does what follows this; what was before is to be read anew, for not all of it is kept.
    virtual base::Async<void> begin_anew(std::int64_t seq) = 0;
    virtual base::Async<void> hear(types::Change change) = 0;
};

struct EventSettings {
    /// Throws Error{unauthorized} when what a request has come with does not hold any more. Null:
    /// it always does.
    std::function<base::Async<void>(const FollowRequest& request)> check{};
    std::chrono::milliseconds tick{50};
    /// Credentials are looked at after so many ticks, 45 s, and where there is something to tell
    /// after fewer, 5 s.
    std::uint64_t ticks_of_check = 900;
    std::uint64_t ticks_of_news_check = 100;
    /// Those who have come together are not looked at together, but over so many ticks, 15 s.
    std::uint64_t ticks_of_spread = 300;
    /// After so many, an hour at most, a stream ends: who still listens comes back.
    std::uint64_t ticks_of_stream = 70'800;
};

/// The streams of one I/O thread that tell users of the changes in their logs, in the order of the
/// log, each once. A stream reads the log from where it is, and is woken to read on (feed/hub.hpp).
class Events {
public:
    /// All must outlive this.
    Events(store::Changes& changes, feed::Hub& hub, base::Loop& loop, base::Metrics& metrics,
           EventSettings settings);

    /// Tells `listener` until nobody listens any more, the credentials do not hold, the process
    /// stops, or the stream has lasted for long enough. Throws Error{invalid} for a `since` after
    /// the end of the log, Error{too_many_requests} and Error{unavailable} where too many streams
    /// are open, and what the listener throws.
    base::Async<void> follow(FollowRequest request, ChangeListener& listener);

private:
    struct Stream;
    class Registration;

    base::Async<void> begin(const FollowRequest& request, Stream& stream, ChangeListener& listener);
    base::Async<void> keep_telling(const FollowRequest& request, Stream& stream,
                                   ChangeListener& listener);
    base::Async<void> tell_new(const FollowRequest& request, Stream& stream,
                               ChangeListener& listener);
    base::Async<std::optional<store::ChangePage>> read(const FollowRequest& request,
                                                       Stream& stream);
    base::Async<bool> check(const FollowRequest& request, Stream& stream);
    void pass_tick();

    store::Changes& changes_;
    feed::Hub& hub_;
    base::Loop& loop_;
    const EventSettings settings_;
    base::Gauge& open_;
    base::Counter& told_;
    std::unique_ptr<base::Timer> timer_;  ///< from the first stream on
    std::list<Stream*> streams_;          ///< whose credentials are looked at first in front
    std::uint64_t now_ = 0;               ///< in ticks
};

}  // namespace todod::services

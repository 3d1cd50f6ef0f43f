#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/loop.hpp"
#include "base/random.hpp"
#include "mcp/server.hpp"

namespace todod::mcp {

/// What a client has answered: its result, or why there is none, in words.
using ClientAnswer = std::expected<boost::json::object, std::string>;

/// What clients of the legacy revisions have been asked while they wait for a request of their own
/// (sampling, elicitation). A question goes out on that request's stream; its answer comes back as
/// a message by itself, over any connection, and so on any I/O thread. The modern revision has
/// nothing of that: see inputs.hpp.
class ClientRequests {
public:
    /// With so many open, nobody is asked any more.
    static constexpr std::size_t max_open = 1000;

    /// How long a client may take: there may be a person who answers.
    static constexpr std::chrono::milliseconds patience{60'000};

    /// `random` must outlive this, and may be used from any thread.
    explicit ClientRequests(base::Random& random) : random_(random) {}
    ClientRequests(const ClientRequests&) = delete;
    ClientRequests& operator=(const ClientRequests&) = delete;

    /// Asks who has sent `request`, which must hold until it has ended, and waits on `loop`, its
    /// own. Throws Error{unavailable} when there are too many questions, and as EventSink::send.
    base::Async<ClientAnswer> ask(const Request& request, base::Loop& loop, std::string_view method,
                                  boost::json::object params,
                                  std::chrono::milliseconds limit = patience);

    /// Hands a response to who waits for it, from any thread. False: nobody has asked that user
    /// that.
    bool take(const Message& response, std::string_view user_id);

    std::size_t open_count() const;

private:
    struct Question;
    struct Waiting;
    class Entry;

    bool settle(std::string_view id, std::optional<std::string_view> user_id, ClientAnswer answer);

    base::Random& random_;
    mutable std::mutex mutex_;
    std::map<std::string, Question*, std::less<>> open_;  ///< by id; each is of who asks
};

}  // namespace todod::mcp

#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/time.hpp"

namespace todod::assistant {

class Toolbox;

/// A tool that was used in a turn, and what came of it.
struct ToolUse {
    std::string name;
    boost::json::object parameters;  ///< as given, without user_id
    boost::json::object result;      ///< {success, data} or {success, error}
};

/// What was said in a conversation.
struct Said {
    bool by_user = false;
    std::string text;
    std::vector<ToolUse> tools;  ///< of the assistant
    std::string state;           ///< Answer::state of the assistant
};

/// What the assistant is to answer.
struct Turn {
    std::string user_id;
    std::string message;
    std::vector<Said> history;  ///< what was said before, oldest first
    base::Instant now;
    base::TimeZone zone = base::TimeZone::utc();
    std::string request_id;
    std::stop_token stopped;           ///< nobody waits for the answer any more
    std::int64_t conversation_id = 0;  ///< 0: it is of none that is kept
};

/// What a turn comes to.
struct Answer {
    std::string text;
    /// What the engine is to know in the next turn, for itself: JSON, or nothing.
    std::string state;
};

/// Hears an answer while it is still being made.
class Listener {
public:
    virtual ~Listener() = default;

    /// The next piece of the answer's text. Goes on when it has been taken. Throws when nobody
    /// listens any more.
    virtual base::Async<void> hear(std::string piece) = 0;

    /// A tool is about to be used; it has been.
    virtual base::Async<void> hear_call(const ToolUse& use) = 0;
    virtual base::Async<void> hear_result(const ToolUse& use) = 0;
};

/// Understands what a user wants, and does it with tools.
class Engine {
public:
    virtual ~Engine() = default;

    /// All must outlive the coroutine. What `listener` hears is Answer::text in pieces. Throws
    /// Error in words for the user: too_many_requests, unavailable, bad_gateway, bad_request.
    virtual base::Async<Answer> answer(const Turn& turn, Toolbox& tools, Listener& listener) = 0;

    /// Whether nothing but the user's own words decides what it does. Then what they name beyond
    /// doubt may be deleted without being asked about first, and its Toolbox needs no IsAskedFor.
    virtual bool obeys_user_alone() const noexcept { return false; }
};

/// The engine for a user's turn: a model, where there is a key for one, or else the builtin one.
using ChooseEngine = std::function<base::Async<std::unique_ptr<Engine>>(std::string user_id)>;

}  // namespace todod::assistant

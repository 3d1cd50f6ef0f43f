#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "assistant/model/models.hpp"
#include "assistant/model/reply.hpp"

namespace todod::assistant::model {

/// What the model says in a turn, passed on to who listens as it comes. A paragraph is between
/// what it says before it uses tools and after.
class Speech {
public:
    explicit Speech(Listener& listener) : listener_(listener) {}

    base::Async<void> say(std::string piece);
    /// What follows is of another reply.
    void begin_paragraph() noexcept { is_paragraph_ = !text_.empty(); }

    const std::string& text() const noexcept { return text_; }

private:
    Listener& listener_;
    std::string text_;
    bool is_paragraph_ = false;
};

/// What the requests of a turn have in common.
struct Asking {
    Models& models;
    const Endpoint& endpoint;
    base::Loop& loop;
    std::stop_token stopped;
    std::chrono::steady_clock::time_point deadline;
};

/// Asks the model, with `body` as the request's, and once more where that may help and nothing has
/// been said yet. Throws Error in words for the user: too_many_requests, with the provider's
/// Retry-After; bad_gateway where the provider does not do its part; unavailable where it does not
/// answer; bad_request where a user's base_url leads to no public address. Nothing that the
/// provider says is in them.
base::Async<Reply> ask(const Asking& asking, std::string body, Speech& speech);

}  // namespace todod::assistant::model

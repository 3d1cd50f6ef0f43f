#pragma once

#include <chrono>
#include <optional>

#include "assistant/model/models.hpp"
#include "base/error.hpp"

namespace todod::assistant::model {

/// Why there is no reply, in words for the user.
struct Failure {
    base::Error error;
    Outcome outcome;
    std::optional<std::chrono::milliseconds> retry_in;  ///< nothing: that would not help
};

/// Of an answer that is none of success. `body` is its beginning.
Failure refusal(const Endpoint& endpoint, const net::HttpResponse& head, std::string_view body,
                const Patience& patience);

/// Of what the HTTP client or the reader of the answer has thrown.
Failure breakdown(const Endpoint& endpoint, const base::Error& error, const Patience& patience);

/// The answer has ended before the model had.
Failure cut_off(const Endpoint& endpoint, const Patience& patience);

}  // namespace todod::assistant::model

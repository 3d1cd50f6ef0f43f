#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "auth/public_key.hpp"
#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "net/http_client.hpp"

namespace todod::auth {

/// The public keys of an authorisation server (RFC 7517 §5), fetched when the first token asks for
/// one and kept. One for the whole process, for any thread.
///
/// A token whose key is not among them lets them be fetched at once, but only once in
/// `unknown_time`. While they are in use they are fetched again each `refresh_time`, so that a key
/// that was withdrawn goes; where that fails, those that are known go on to serve. There is one
/// fetch at a time, and who needs it waits for it.
class Jwks {
public:
    static constexpr std::chrono::minutes refresh_time{120};
    static constexpr std::chrono::minutes unknown_time{1};
    /// Until a refresh that failed is tried again; and one without which there are no keys at all.
    static constexpr std::chrono::minutes retry_time{1};
    static constexpr std::chrono::seconds first_retry_time{1};
    static constexpr std::size_t max_waiting = 1024;

    using Keys = std::shared_ptr<const KeySet>;
    /// Asks the server, and calls `done` once, on whatever thread.
    using Fetch = std::function<void(std::function<void(net::HttpOutcome)> done)>;

    /// All must outlive this and what is being fetched.
    Jwks(Fetch fetch, const base::Clock& clock, base::Log& log, base::Metrics& metrics);

    /// Whether there is nothing newer than `keys`, and they need not be fetched again.
    bool is_current(const KeySet* keys, base::Instant now) const noexcept;

    /// The keys of now, among which is one for a token of this algorithm and `kid` if the server
    /// has it. Goes on on `loop`. Throws Error{unavailable} when none were ever fetched, or too
    /// many wait.
    base::Async<Keys> find(KeyAlgorithm algorithm, std::optional<std::string> id, base::Loop& loop);

private:
    struct State;
    struct Waiting;

    std::shared_ptr<State> state_;  ///< shared with a fetch that is under way
};

/// `client` must outlive what it gives.
Jwks::Fetch fetch_with(net::HttpClient& client, std::string url);

}  // namespace todod::auth

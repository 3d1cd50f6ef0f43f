#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include "assistant/engine.hpp"
#include "assistant/model/endpoint.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "net/http_client.hpp"

namespace todod::assistant::model {

/// How long a model is waited for.
struct Patience {
    /// For a connection and the first byte, and then from one piece to the next.
    std::chrono::milliseconds silence = std::chrono::seconds{30};
    std::chrono::milliseconds turn = std::chrono::seconds{120};  ///< of all requests of a turn
    /// Before a request is sent once more; up to as long again, by chance, comes to that.
    std::chrono::milliseconds retry = std::chrono::milliseconds{500};
    /// A provider that wants to be left alone for longer is not asked again.
    std::chrono::milliseconds longest_retry = std::chrono::seconds{5};
    /// A request that fails later is not sent again: somebody waits.
    std::chrono::milliseconds late_failure = std::chrono::seconds{10};
};

struct ModelSettings {
    ServerSettings server{};
    bool public_only = false;  ///< of users' own base_url
    bool streams = true;       ///< an answer is asked for in pieces
    Patience patience{};
};

/// What became of a request to a model, for /metrics.
enum class Outcome : std::uint8_t {
    success,
    refused,      ///< 4xx, or an address that is not public
    limited,      ///< 429
    failed,       ///< 5xx, 408, or what is no answer
    unreachable,  ///< no answer, or half of one
    cancelled,    ///< nobody waited any more
};

/// The models of all I/O threads. From any thread.
class Models {
public:
    /// Fewer than HttpClient::max_requests, of which some are left to others.
    static constexpr std::size_t max_turns = 320;

    /// All but the settings must outlive this.
    Models(net::HttpClient& client, ModelSettings settings, base::Random& random,
           base::Metrics& metrics);

    /// For a user's turn (see choose_endpoint); null where there is no model. `keys` and `loop`, on
    /// which the engine goes on, must outlive the engine, as this.
    base::Async<std::unique_ptr<Engine>> engine_for(services::ApiKeys& keys, std::string user_id,
                                                    base::Loop& loop);

    /// The same, at a known place.
    std::unique_ptr<Engine> engine_at(Endpoint endpoint, base::Loop& loop);

    net::HttpClient& client() noexcept { return client_; }
    const ModelSettings& settings() const noexcept { return settings_; }
    base::Random& random() noexcept { return random_; }
    void count(Outcome outcome) noexcept;
    void count_tokens(std::uint64_t prompt, std::uint64_t completion) noexcept;

    /// One of max_turns, as long as it lives. Throws Error{unavailable} when all are taken.
    class Place {
    public:
        explicit Place(Models& models);
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

    private:
        Models& models_;
    };

private:
    net::HttpClient& client_;
    const ModelSettings settings_;
    base::Random& random_;
    std::vector<base::Counter*> outcomes_;
    base::Counter& prompt_tokens_;
    base::Counter& completion_tokens_;
    std::atomic<std::size_t> turns_ = 0;
};

}  // namespace todod::assistant::model

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "auth/fernet.hpp"
#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "net/http_client.hpp"
#include "types/webhook.hpp"
#include "webhooks/message.hpp"

namespace todod::webhooks {

/// What became of one message that was sent.
struct Attempt {
    std::optional<std::int64_t> status{};
    std::string error{};  ///< for the hook's owner, in our words; empty: it was delivered
    std::optional<std::chrono::seconds> retry_after{};  ///< what the receiver has asked for
    bool is_gone = false;                               ///< the receiver wants nothing more, ever
    bool is_cancelled = false;                          ///< it was not waited for: nothing is known
    std::chrono::milliseconds duration{};

    bool is_delivered() const noexcept { return error.empty() && !is_cancelled; }
};

/// What a hook's messages are signed with.
struct Signer {
    std::vector<auth::Wiped> secrets;
    bool is_current = true;  ///< all are sealed under the first of the keys
};

/// Of the messages that were sent, those that came to `outcome`: delivered, failed or dead.
base::Counter& count_deliveries(base::Metrics& metrics, const char* outcome);

/// Signs messages and posts them, for all threads.
class Sender {
public:
    static constexpr std::chrono::seconds patience{10};
    /// What is sent at once because somebody asks, at most (Place).
    static constexpr std::size_t max_places = 16;

    /// All must outlive this. `public_only`: whatever a URL leads to must be a public address.
    Sender(net::HttpClient& client, const auth::Fernet& keyring, bool public_only,
           const base::Clock& clock, base::Random& random, base::Metrics& metrics);

    std::string seal(std::string_view secret) const;

    /// Nothing where a secret was sealed under none of the keys that there are.
    std::optional<Signer> open(const types::SealedWebhook& hook) const;

    /// `hook` with its secrets sealed under the first of the keys.
    types::SealedWebhook reseal(types::SealedWebhook hook) const;

    /// Goes on on `loop`. Does not follow redirects, and reads nothing of what is answered beyond
    /// its head.
    base::Async<Attempt> send(base::Loop& loop, std::string url, Signer signer, Message message,
                              std::stop_token stopped = {});

    /// One of max_places, as long as it lives. Throws Error{unavailable}.
    class Place {
    public:
        explicit Place(Sender& sender);
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { --taken_; }

    private:
        std::atomic<std::size_t>& taken_;
    };

private:
    net::HttpRequest make_request(std::string url, const Signer& signer, Message message) const;

    net::HttpClient& client_;
    const auth::Fernet& keyring_;
    const bool public_only_;
    const base::Clock& clock_;
    base::Random& random_;
    base::Counter& delivered_;
    base::Counter& failed_;
    base::Counter& milliseconds_;
    std::atomic<std::size_t> taken_ = 0;
};

}  // namespace todod::webhooks

#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "store/changes.hpp"
#include "store/webhooks.hpp"
#include "webhooks/progress.hpp"
#include "webhooks/sender.hpp"

namespace todod::webhooks {

/// What turns stand on. All must outlive them.
struct TurnParts {
    store::Webhooks& hooks;
    store::Changes& changes;
    Sender& sender;
    base::Loop& loop;
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    base::Counter& dead;  ///< counts what is given up
    const RetryRules& retries;
    std::chrono::milliseconds lease;
    std::chrono::milliseconds longest;
    const std::atomic<bool>& is_stopping;
    std::stop_token cut_off{};  ///< requested: what is being sent is not waited for
};

/// One hook's turn: sends what its log has, until there is no more, one has failed, or it has taken
/// long enough. On its loop's thread.
class Turn {
public:
    /// How many changes are held at once.
    static constexpr std::int64_t page_size = 50;

    /// `parts` must outlive this.
    Turn(const TurnParts& parts, store::LeasedWebhook lease);

    /// True when there may be more for it to send right now. Throws base::Error, as when the
    /// database is away; the lease then runs out.
    base::Async<bool> run();

private:
    enum class Step : std::uint8_t { goes_on, ends, ends_with_more };

    base::Async<Step> send_page(std::vector<types::Change> changes);
    base::Async<Step> send(types::Change change, bool is_last);
    base::Async<Step> pass_over(std::int64_t seq);
    base::Async<std::optional<Signer>> find_signer();
    base::Async<bool> keep(store::WebhookProgress progress, bool stays);
    base::Async<void> give_back();
    store::WebhookProgress present() const;
    bool wants(types::ChangeKind kind) const;
    bool may_go_on() const;
    void tell(const store::WebhookProgress& progress) const;

    const TurnParts& parts_;
    /// Nothing: it is not ours any more.
    std::optional<store::LeasedWebhook> lease_;
    const std::chrono::steady_clock::time_point end_;
};

}  // namespace todod::webhooks

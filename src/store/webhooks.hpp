#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/uuid.hpp"
#include "types/webhook.hpp"

namespace todod::store {

/// A hook for the one who delivers it at the moment: until `until` nobody else does.
struct LeasedWebhook {
    std::string user_id{};
    types::SealedWebhook hook{};
    base::Uuid holder{};
    base::Instant until{};
};

/// Which hooks somebody is ready to deliver.
struct ClaimWebhooks {
    std::string after{};    ///< where the last claim has said to go on; empty: at the start
    std::size_t limit = 0;  ///< so many at most
    base::Uuid holder{};    ///< of this claim alone
    base::Instant now{};    ///< by one clock, as far as the replicas' clocks are one
    base::Instant until{};
};

struct ClaimedWebhooks {
    std::vector<LeasedWebhook> leases{};
    /// Where to go on; nothing: there are no more to look at.
    std::optional<std::string> next{};
};

/// How far a hook has come with its delivery. `shown` is what is kept of it: delivered_seq to
/// last_error; where it has a disabled_reason, it is switched off for that.
struct WebhookProgress {
    types::Webhook shown{};
    std::optional<types::WebhookDeadLetter> dead_letter{};  ///< only while the lease is kept
    std::optional<base::Instant> until{};                   ///< nothing: the lease is given back
};

/// Where changes are written to, and how far each has come. What is answered is durable. They go
/// with their account.
class Webhooks {
public:
    static constexpr std::size_t max_per_user = 20;
    static constexpr std::size_t max_dead_letters = 1000;  ///< of one; the oldest go
    /// How many hooks one claim looks at.
    static constexpr std::size_t max_looked_at = 1000;

    virtual ~Webhooks() = default;

    /// The user's, oldest first.
    virtual base::Async<std::vector<types::Webhook>> list(std::string user_id) = 0;

    virtual base::Async<std::optional<types::SealedWebhook>> find(std::string user_id,
                                                                  base::Uuid id) = 0;

    /// Keeps a new one, which begins with the change `from_seq`, or else with the next that is
    /// made; gives what is kept. Throws Error{conflict} when the user has max_per_user,
    /// Error{unauthorized} when there is no such user any more.
    virtual base::Async<types::Webhook> create(std::string user_id, types::SealedWebhook hook,
                                               std::optional<std::int64_t> from_seq) = 0;

    /// Sets what is given. Another URL, and to switch it on, lets it be tried again at once; with
    /// another URL whoever delivers it has it no more.
    /// Nothing where there is no such hook.
    virtual base::Async<std::optional<types::Webhook>> change(std::string user_id, base::Uuid id,
                                                              types::WebhookChange change,
                                                              base::Instant now) = 0;

    /// Lets the secret that it has sign along with the new one until `old_until`. False where there
    /// is no such hook.
    virtual base::Async<bool> replace_secret(std::string user_id, base::Uuid id, std::string secret,
                                             base::Instant old_until, base::Instant now) = 0;

    /// Keeps its secrets as they are sealed in `hook`, if they are still those of `before`.
    virtual base::Async<void> reseal(std::string user_id, types::SealedWebhook before,
                                     types::SealedWebhook hook) = 0;

    /// False where there is none.
    virtual base::Async<bool> remove(std::string user_id, base::Uuid id) = 0;

    /// Those of a hook with a seq after `since`, in its order.
    virtual base::Async<std::vector<types::WebhookDeadLetter>> list_dead_letters(
        std::string user_id, base::Uuid id, std::int64_t since, std::int64_t limit) = 0;

    /// Keeps what a dead letter has become, if it is there.
    virtual base::Async<void> put_dead_letter(std::string user_id, base::Uuid id,
                                              types::WebhookDeadLetter letter) = 0;

    virtual base::Async<void> remove_dead_letter(std::string user_id, base::Uuid id,
                                                 std::int64_t seq) = 0;

    /// Of everyone's hooks on purpose: takes those that are switched on, have something to send and
    /// nobody who delivers them.
    virtual base::Async<ClaimedWebhooks> claim(ClaimWebhooks claim) = 0;

    /// Keeps how far a hook has come; gives it as it is then, its owner's changes with it. Nothing,
    /// and nothing done, when the lease is another's by now, or the hook is gone.
    virtual base::Async<std::optional<LeasedWebhook>> keep(LeasedWebhook lease,
                                                           WebhookProgress progress) = 0;
};

/// What `create` throws.
[[noreturn]] void fail_with_too_many_webhooks();
[[noreturn]] void fail_without_webhook_owner();

}  // namespace todod::store

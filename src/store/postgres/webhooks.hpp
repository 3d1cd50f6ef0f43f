#pragma once

#include "store/postgres/statements.hpp"
#include "store/webhooks.hpp"

namespace todod::store::postgres {

/// One I/O thread's.
class Webhooks final : public store::Webhooks {
public:
    /// Both must outlive this.
    Webhooks(db::postgres::Line& line, base::Loop& loop) : statements_(line, loop) {}

    base::Async<std::vector<types::Webhook>> list(std::string user_id) override;
    base::Async<std::optional<types::SealedWebhook>> find(std::string user_id,
                                                          base::Uuid id) override;
    base::Async<types::Webhook> create(std::string user_id, types::SealedWebhook hook,
                                       std::optional<std::int64_t> from_seq) override;
    base::Async<std::optional<types::Webhook>> change(std::string user_id, base::Uuid id,
                                                      types::WebhookChange change,
                                                      base::Instant now) override;
    base::Async<bool> replace_secret(std::string user_id, base::Uuid id, std::string secret,
                                     base::Instant old_until, base::Instant now) override;
    base::Async<void> reseal(std::string user_id, types::SealedWebhook before,
                             types::SealedWebhook hook) override;
    base::Async<bool> remove(std::string user_id, base::Uuid id) override;
    base::Async<std::vector<types::WebhookDeadLetter>> list_dead_letters(
        std::string user_id, base::Uuid id, std::int64_t since, std::int64_t limit) override;
    base::Async<void> put_dead_letter(std::string user_id, base::Uuid id,
                                      types::WebhookDeadLetter letter) override;
    base::Async<void> remove_dead_letter(std::string user_id, base::Uuid id,
                                         std::int64_t seq) override;
    base::Async<ClaimedWebhooks> claim(ClaimWebhooks claim) override;
    base::Async<std::optional<LeasedWebhook>> keep(LeasedWebhook lease,
                                                   WebhookProgress progress) override;

private:
    Statements statements_;
};

}  // namespace todod::store::postgres

#include "webhooks/turn.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/uuid.hpp"

namespace todod::webhooks {

using SteadyClock = std::chrono::steady_clock;
using types::Change;

namespace {

constexpr std::string_view lost_secret =
    "Its secret was sealed under an ENCRYPTION_KEY that is not configured any more: make a new "
    "one.";

}  // namespace

Turn::Turn(const TurnParts& parts, store::LeasedWebhook lease)
    : parts_(parts), lease_(std::move(lease)), end_(SteadyClock::now() + parts.longest)
{
}

base::Async<bool> Turn::run()
{
    Step step = Step::goes_on;
    while (step == Step::goes_on && may_go_on()) {
        const store::User user{lease_->user_id};
        const std::int64_t since = lease_->hook.shown.delivered_seq;
        auto page = co_await parts_.changes.list(user, since, page_size);
        if (!page.changes.empty()) {
            step = co_await send_page(std::move(page.changes));
        } else {
            // What the log has forgotten before it could be sent.
            if (page.log.first - 1 > since) step = co_await pass_over(page.log.first - 1);
            if (step == Step::goes_on) step = Step::ends;
        }
    }
    co_await give_back();
    co_return step != Step::ends;
}

base::Async<Turn::Step> Turn::send_page(std::vector<Change> changes)
{
    const bool is_last_page = std::ssize(changes) < page_size;
    const std::int64_t last = changes.back().seq;
    for (Change& change : changes) {
        if (!may_go_on()) co_return Step::ends_with_more;
        if (!wants(change.kind)) continue;
        const bool is_last = is_last_page && change.seq == last;
        const Step step = co_await send(std::move(change), is_last);
        if (step != Step::goes_on) co_return step;
    }
    if (lease_->hook.shown.delivered_seq < last) co_return co_await pass_over(last);
    co_return Step::goes_on;
}

base::Async<Turn::Step> Turn::send(Change change, bool is_last)
{
    // Whoever sends must still hold the hook at the end of the attempt.
    const base::Instant latest = parts_.clock.now() + Sender::patience + parts_.lease / 4;
    if (lease_->until < latest && !co_await keep(present(), true)) co_return Step::ends;
    auto signer = co_await find_signer();
    if (!signer) co_return Step::ends;
    const std::int64_t seq = change.seq;
    const types::Webhook& shown = lease_->hook.shown;
    const Attempt attempt = co_await parts_.sender.send(
        parts_.loop, shown.url, *std::move(signer), message_of(shown.id, change), parts_.cut_off);
    if (attempt.is_cancelled) co_return Step::ends;
    auto progress =
        progress_after(shown, seq, attempt, parts_.retries, parts_.clock.now(), parts_.random);
    tell(progress);
    const bool waits = progress.shown.next_attempt_at.has_value();
    const bool ends = waits || progress.shown.disabled_reason.has_value() || is_last;
    const bool stays = !ends || progress.dead_letter.has_value();
    if (!co_await keep(std::move(progress), stays)) co_return Step::ends;
    co_return ends ? Step::ends : Step::goes_on;
}

/// Nothing of what comes up to `seq` is to be sent.
base::Async<Turn::Step> Turn::pass_over(std::int64_t seq)
{
    auto progress = present();
    progress.shown.delivered_seq = seq;
    co_return co_await keep(std::move(progress), true) ? Step::goes_on : Step::ends;
}

/// Nothing where there is none, and the hook has been switched off for that.
base::Async<std::optional<Signer>> Turn::find_signer()
{
    auto signer = parts_.sender.open(lease_->hook);
    if (signer && !signer->is_current) {
        co_await parts_.hooks.reseal(lease_->user_id, lease_->hook,
                                     parts_.sender.reseal(lease_->hook));
    }
    if (signer) co_return signer;
    auto progress = present();
    progress.shown.disabled_reason = lost_secret;
    tell(progress);
    co_await keep(std::move(progress), false);
    co_return std::nullopt;
}

/// False when the hook is not ours any more, be it that it is given back.
base::Async<bool> Turn::keep(store::WebhookProgress progress, bool stays)
{
    if (stays) progress.until = parts_.clock.now() + parts_.lease;
    auto lease = *std::exchange(lease_, std::nullopt);
    auto kept = co_await parts_.hooks.keep(std::move(lease), std::move(progress));
    if (kept && stays) lease_ = std::move(kept);
    co_return lease_.has_value();
}

base::Async<void> Turn::give_back()
{
    if (lease_) co_await keep(present(), false);
}

/// As it is; why it may have been switched off meanwhile is not ours to say again.
store::WebhookProgress Turn::present() const
{
    store::WebhookProgress progress{.shown = lease_->hook.shown};
    progress.shown.disabled_reason.reset();
    return progress;
}

bool Turn::wants(types::ChangeKind kind) const
{
    const auto& events = lease_->hook.shown.events;
    return std::ranges::find(events, kind) != events.end();
}

bool Turn::may_go_on() const
{
    return lease_ && lease_->hook.shown.is_active && !parts_.is_stopping &&
           SteadyClock::now() < end_;
}

void Turn::tell(const store::WebhookProgress& progress) const
{
    const auto warn = [&](const std::string& text) {
        parts_.log.write(base::LogLevel::warning, "todod.webhooks",
                         fmt::format("Webhook {} {}", base::to_string(progress.shown.id), text));
    };
    if (const auto& letter = progress.dead_letter) {
        parts_.dead.add();
        warn(fmt::format("does not get change {}, given up after {} attempts: {}", letter->seq,
                         letter->attempts, letter->last_error.value_or("")));
    }
    if (const auto& reason = progress.shown.disabled_reason) {
        warn(fmt::format("is switched off: {}", *reason));
    }
}

}  // namespace todod::webhooks

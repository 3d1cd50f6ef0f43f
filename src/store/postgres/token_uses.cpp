#include "store/postgres/token_uses.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include "db/postgres/error.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Lease;

void TokenUses::note(Use use)
{
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() == max_waiting) return;
        waiting_.push_back(std::move(use));
        if (std::exchange(is_writing_, true)) return;
    }
    line_.run_aside(write_all());
}

/// False when there is nothing to be written any more.
bool TokenUses::take(std::vector<Use>& batch)
{
    batch.clear();
    const std::lock_guard lock{mutex_};
    batch.swap(waiting_);
    is_writing_ = !batch.empty();
    return is_writing_;
}

base::Async<void> TokenUses::write_all()
{
    std::vector<Use> batch;
    while (take(batch)) {
        try {
            co_await write(std::move(batch));
        } catch (const std::exception&) {
            continue;  // The next uses are noted instead.
        }
    }
}

base::Async<void> TokenUses::write(std::vector<Use> batch)
{
    // In one order, whoever writes: no two wait for each other. Of each its last use.
    const auto token = [](const Use& use) { return std::tie(use.user_id, use.id); };
    std::ranges::sort(batch, std::greater{},
                      [](const Use& use) { return std::tie(use.user_id, use.id, use.at); });
    const auto repeated = std::ranges::unique(batch, {}, token);
    batch.erase(repeated.begin(), repeated.end());
    Command command{.sql =
                        "UPDATE tokens t SET last_used_at = r.at"
                        " FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])"
                        " AS r(user_id, id, at, due) WHERE t.user_id = r.user_id AND t.id = r.id"
                        " AND (t.last_used_at IS NULL OR t.last_used_at <= r.due)",
                    .name = "note_token_uses"};
    command.parameters.add_array(batch, [](const Use& use) -> auto& { return use.user_id; });
    command.parameters.add_array(batch, [](const Use& use) { return use.id; });
    command.parameters.add_array(batch, [](const Use& use) { return use.at; });
    command.parameters.add_array(batch,
                                 [](const Use& use) { return use.at - Tokens::use_interval; });
    const Lease lease = co_await line_.pool().lease();
    co_await lease->run(std::move(command));
}

}  // namespace todod::store::postgres

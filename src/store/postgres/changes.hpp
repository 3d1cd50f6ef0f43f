#pragma once

#include "base/loop.hpp"
#include "db/postgres/pool.hpp"
#include "store/changes.hpp"
#include "store/postgres/gathers.hpp"
#include "store/postgres/statements.hpp"

namespace todod::store::postgres {

/// One I/O thread's. Who was let in by what is remembered of the account is confirmed by asking for
/// the account beside what is asked.
class Changes final : public store::Changes {
public:
    /// Both must outlive this.
    Changes(db::postgres::Line& line, base::Loop& loop) : statements_(line, loop) {}

    base::Async<ChangePage> list(User user, std::int64_t since, std::int64_t limit) override;
    base::Async<std::vector<types::Change>> list_set(User user, std::int64_t changeset_id,
                                                     std::int64_t since,
                                                     std::int64_t limit) override;
    base::Async<std::vector<types::ChangeSet>> list_sets(User user, std::int64_t before,
                                                         std::int64_t limit) override;
    base::Async<std::vector<types::Change>> history(User user, types::TaskRef task,
                                                    std::int64_t before,
                                                    std::int64_t limit) override;
    base::Async<std::vector<types::TrashedTask>> list_trash(User user, std::int64_t before,
                                                            std::int64_t limit) override;
    base::Async<std::optional<KeptOutcome>> find_outcome(User user, Idempotency once) override;
    base::Async<std::vector<std::int64_t>> last_seqs(std::vector<std::string> user_ids) override;

private:
    Statements statements_;
};

/// See Database::forget_changes; users are in the order of their user_id.
base::Async<std::optional<std::string>> forget_changes(db::postgres::Pool& pool, std::string after,
                                                       base::Instant changed_before,
                                                       base::Instant trashed_before);

}  // namespace todod::store::postgres

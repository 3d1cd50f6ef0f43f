#pragma once

#include "db/sqlite/reader.hpp"
#include "store/changes.hpp"

namespace todod::store::sqlite {

class Changes final : public store::Changes {
public:
    explicit Changes(db::sqlite::Reader& reader) : reader_(reader) {}

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
    db::sqlite::Reader& reader_;
};

}  // namespace todod::store::sqlite

#pragma once

#include <memory>
#include <string>

#include "base/loop.hpp"
#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/database.hpp"

namespace todod::store::sqlite {

/// The writer of todod's own schema, shared by all I/O threads: it also keeps the search index,
/// once a batch (task_words.hpp).
std::unique_ptr<db::sqlite::Writer> open_writer(const std::string& path);

/// The writer and the loop must outlive it.
class Database final : public store::Database {
public:
    Database(const std::string& path, db::sqlite::Writer& writer, base::Loop& loop,
             SessionTable sessions = {});

    std::unique_ptr<store::Tasks> tasks() override;
    std::unique_ptr<store::Changes> changes() override;
    std::unique_ptr<store::Accounts> accounts() override;
    std::unique_ptr<store::ApiKeys> api_keys() override;
    std::unique_ptr<store::Conversations> conversations() override;
    base::Async<std::optional<std::string>> forget_answers(std::string after,
                                                           base::Instant until) override;
    std::unique_ptr<store::Sessions> sessions() override;
    std::unique_ptr<store::Imports> imports() override;
    std::unique_ptr<store::Tokens> tokens() override;
    base::Async<std::optional<std::string>> forget_changes(std::string after,
                                                           base::Instant changed_before,
                                                           base::Instant trashed_before) override;
    std::unique_ptr<store::Webhooks> webhooks() override;
    base::Async<bool> is_ready() override;

    std::shared_ptr<const db::BatchCounters> reader_counters() const noexcept
    {
        return reader_.counters();
    }

private:
    const SessionTable session_table_;
    db::sqlite::Reader reader_;
    db::sqlite::LoopWriter writer_;
};

}  // namespace todod::store::sqlite

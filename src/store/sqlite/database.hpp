#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/loop.hpp"
#include "db/migrator.hpp"
#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/accounts.hpp"
#include "store/tasks.hpp"

namespace todod::store::sqlite {

/// The writer of todod's own schema, shared by all I/O threads: it also keeps the search index,
/// once a batch (task_words.hpp).
std::unique_ptr<db::sqlite::Writer> open_writer(const std::string& path);

/// One I/O thread's way to the database. The writer and the loop must outlive it.
class Database {
public:
    Database(const std::string& path, db::sqlite::Writer& writer, base::Loop& loop);

    std::unique_ptr<Tasks> tasks();
    std::unique_ptr<Accounts> accounts();

    /// Whether the database answers and its schema is at `newest`.
    base::Async<bool> is_ready(int newest);

private:
    db::sqlite::Reader reader_;
    db::sqlite::LoopWriter writer_;
};

}  // namespace todod::store::sqlite

#pragma once

#include <utility>
#include <vector>

#include "store/sqlite/storage.hpp"
#include "support/database.hpp"
#include "support/held_writer.hpp"
#include "support/together.hpp"

namespace todod::testing {

/// run_together for what begins with a write: on SQLite all of it makes up one batch. On PostgreSQL
/// what waits together is gathered anyway.
template <class T>
std::vector<Outcome<T>> run_as_one_batch(TestDatabase& database, std::vector<base::Async<T>> work)
{
    if (auto* const sqlite = dynamic_cast<store::sqlite::Storage*>(&database.storage())) {
        return run_as_one_batch(sqlite->writer(), database.loop(), std::move(work));
    }
    return run_together(database.loop(), std::move(work));
}

}  // namespace todod::testing

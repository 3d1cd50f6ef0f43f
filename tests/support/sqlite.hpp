#pragma once

#include "store/sqlite/storage.hpp"
#include "support/database.hpp"

namespace todod::testing {

/// For what is about SQLite alone.
class SqliteDatabase : public TestDatabase {
public:
    SqliteDatabase() : TestDatabase(DatabaseKind::sqlite) {}

    using TestDatabase::path;
    db::sqlite::Writer& writer()
    {
        return dynamic_cast<store::sqlite::Storage&>(storage()).writer();
    }
};

}  // namespace todod::testing

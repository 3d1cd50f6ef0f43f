#include "store/storage.hpp"

#include "store/postgres/storage.hpp"
#include "store/sqlite/storage.hpp"

namespace todod::store {

std::unique_ptr<Storage> open_storage(const DatabaseLocation& location, std::size_t threads,
                                      SessionTable sessions)
{
    if (const auto* file = std::get_if<SqliteFile>(&location)) {
        return std::make_unique<sqlite::Storage>(file->path, std::move(sessions));
    }
    return std::make_unique<postgres::Storage>(std::get<db::postgres::Settings>(location), threads,
                                               std::move(sessions));
}

}  // namespace todod::store

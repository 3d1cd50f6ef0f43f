#include "store/storage.hpp"

#include <filesystem>

#include "base/error.hpp"
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

void require_there(const DatabaseLocation& location)
{
    const auto* const file = std::get_if<SqliteFile>(&location);
    if (file != nullptr) sqlite::require_there(file->path);
}

void refuse_own_file(const DatabaseLocation& location, const std::string& file)
{
    const auto* const database = std::get_if<SqliteFile>(&location);
    if (database == nullptr) return;
    for (const char* const end : {"", "-wal", "-shm", "-journal", "-secret"}) {
        std::error_code none;
        if (!std::filesystem::equivalent(database->path + end, file, none)) continue;
        throw base::Error{base::ErrorCode::bad_request,
                          fmt::format("'{}' belongs to the database: name another file", file)};
    }
}

}  // namespace todod::store

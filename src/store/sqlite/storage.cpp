#include "store/sqlite/storage.hpp"

#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "db/sqlite/schema_log.hpp"
#include "store/sqlite/copy_target.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/secret_file.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;

namespace {

bool is_missing(const std::string& path)
{
    std::error_code unused;  // what else is wrong with the file, opening it says
    return std::filesystem::status(path, unused).type() == std::filesystem::file_type::not_found;
}

Connection open(const std::string& path, bool create)
{
    if (create) return {path, Connection::Mode::create};
    return {is_missing(path) ? ":memory:" : path, Connection::Mode::read_write};
}

}  // namespace

void require_there(const std::string& path)
{
    if (!is_missing(path)) return;
    throw base::Error{
        base::ErrorCode::not_found,
        fmt::format("there is no database '{}'; 'todod serve' or 'todod migrate up' makes one",
                    path)};
}

std::unique_ptr<db::Migrator> Storage::migrator(const base::Clock& clock, bool create)
{
    return std::make_unique<db::Migrator>(
        std::make_unique<db::sqlite::SchemaLog>(open(path_, create)), db::sqlite_migrations(),
        clock);
}

std::unique_ptr<store::Database> Storage::connect(base::Loop& loop)
{
    auto database = std::make_unique<Database>(path_, writer(), loop, sessions_);
    const std::lock_guard lock{mutex_};
    readers_.push_back(database->reader_counters());
    return database;
}

db::sqlite::Writer& Storage::writer()
{
    const std::lock_guard lock{mutex_};
    if (!writer_) writer_ = open_writer(path_);
    return *writer_;
}

std::string Storage::keep_secret(base::Random& random)
{
    return keep_secret_file(path_, random);
}

std::unique_ptr<store::CopySource> Storage::copy_source()
{
    return std::make_unique<CopyReader>(path_, CopyReader::Use::look);
}

std::unique_ptr<store::CopyTarget> Storage::copy_target()
{
    return std::make_unique<CopyTarget>(path_);
}

db::Activity Storage::activity()
{
    db::Activity activity;
    const std::lock_guard lock{mutex_};
    if (writer_) activity.batches.push_back(db::read("write", writer_->counters()));
    for (const auto& reader : readers_)
        activity.batches.push_back(db::read("read", *reader));
    return activity;
}

}  // namespace todod::store::sqlite

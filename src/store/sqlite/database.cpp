#include "store/sqlite/database.hpp"

#include <charconv>

#include "db/migration.hpp"
#include "store/sqlite/accounts.hpp"
#include "store/sqlite/api_keys.hpp"
#include "store/sqlite/changes.hpp"
#include "store/sqlite/conversations.hpp"
#include "store/sqlite/forgotten_changes.hpp"
#include "store/sqlite/imports.hpp"
#include "store/sqlite/kept_answers.hpp"
#include "store/sqlite/sessions.hpp"
#include "store/sqlite/task_words.hpp"
#include "store/sqlite/tasks.hpp"
#include "store/sqlite/tokens.hpp"
#include "store/sqlite/webhooks.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;

std::unique_ptr<db::sqlite::Writer> open_writer(const std::string& path)
{
    return std::make_unique<db::sqlite::Writer>(path, prepare_task_words, index_task_words);
}

Database::Database(const std::string& path, db::sqlite::Writer& writer, base::Loop& loop,
                   SessionTable sessions)
    : session_table_(std::move(sessions)), reader_(path, loop), writer_(writer, loop)
{
}

std::unique_ptr<store::Tasks> Database::tasks()
{
    return std::make_unique<Tasks>(reader_, writer_);
}

std::unique_ptr<store::Changes> Database::changes()
{
    return std::make_unique<Changes>(reader_);
}

std::unique_ptr<store::Accounts> Database::accounts()
{
    return std::make_unique<Accounts>(reader_, writer_);
}

std::unique_ptr<store::ApiKeys> Database::api_keys()
{
    return std::make_unique<ApiKeys>(reader_, writer_);
}

std::unique_ptr<store::Conversations> Database::conversations()
{
    return std::make_unique<Conversations>(reader_, writer_);
}

std::unique_ptr<store::Sessions> Database::sessions()
{
    return std::make_unique<Sessions>(reader_, session_table_);
}

std::unique_ptr<store::Imports> Database::imports()
{
    return std::make_unique<Imports>(reader_, writer_);
}

base::Async<std::optional<std::string>> Database::forget_answers(std::string after,
                                                                 base::Instant until)
{
    co_return co_await writer_.write(
        [&](Connection& connection) { return sqlite::forget_answers(connection, after, until); });
}

std::unique_ptr<store::Tokens> Database::tokens()
{
    return std::make_unique<Tokens>(reader_, writer_);
}

base::Async<std::optional<std::string>> Database::forget_changes(std::string after,
                                                                 base::Instant changed_before,
                                                                 base::Instant trashed_before)
{
    std::int64_t user_key = 0;
    std::from_chars(after.data(), after.data() + after.size(), user_key);
    const TooOld too_old{changed_before, trashed_before};
    const UsersToSweep users = co_await reader_.read(
        [&](Connection& connection) { return find_users_to_sweep(connection, user_key, too_old); });
    if (!users.user_keys.empty()) {
        const auto unfinished = co_await writer_.write([&](Connection& connection) {
            return sqlite::forget_changes(connection, users.user_keys, too_old);
        });
        if (unfinished) co_return std::to_string(*unfinished - 1);
    }
    if (!users.end) co_return std::nullopt;
    co_return std::to_string(*users.end);
}

std::unique_ptr<store::Webhooks> Database::webhooks()
{
    return std::make_unique<Webhooks>(reader_, writer_);
}

base::Async<bool> Database::is_ready()
{
    co_return co_await reader_.read([](Connection& connection) {
        const auto known = db::sqlite_migrations();
        auto rows = connection.query("SELECT count(*) FROM schema_migrations WHERE number <= ?1",
                                     {known.back().number});
        return rows.step() && rows.integer(0) == std::ssize(known);
    });
}

}  // namespace todod::store::sqlite

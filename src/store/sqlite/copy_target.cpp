#include "store/sqlite/copy_target.hpp"

#include <deque>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "store/sqlite/secret_file.hpp"
#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/task_words.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Value;

namespace {

/// A row's values as SQLite keeps them; `made` has what is not in the row itself.
class Bound {
public:
    Bound(const CopiedTable& table, const CopyRow& row)
    {
        for (std::size_t i = 0; i < row.size(); ++i)
            add(table, i, row[i]);
        if (&table == &copied::users) add_folded_email(row);
    }

    std::span<const Value> values() const noexcept { return values_; }

private:
    void add(const CopiedTable& table, std::size_t column, const CopyValue& value)
    {
        constexpr std::size_t due_whole_day = copied::tasks.column("due_whole_day");
        const bool is_null = std::holds_alternative<std::monostate>(value);
        const auto* const instant = std::get_if<base::Instant>(&value);
        if (is_null && &table == &copied::tasks && column == due_whole_day) {
            values_.emplace_back(false);
        } else if (is_null) {
            values_.emplace_back(nullptr);
        } else if (instant != nullptr && &table == &copied::user_sessions) {
            values_.emplace_back(made_.emplace_back(base::to_string(*instant)));
        } else if (instant != nullptr) {
            values_.emplace_back(to_integer(*instant));
        } else if (const auto* const text = std::get_if<std::string>(&value)) {
            values_.emplace_back(*text);
        } else if (const auto* const id = std::get_if<base::Uuid>(&value)) {
            values_.emplace_back(*id);
        } else if (const auto* const flag = std::get_if<bool>(&value)) {
            values_.emplace_back(*flag);
        } else {
            values_.emplace_back(std::get<std::int64_t>(value));
        }
    }

    void add_folded_email(const CopyRow& row)
    {
        constexpr std::size_t email = copied::users.column("email");
        if (std::holds_alternative<std::monostate>(row[email])) {
            values_.emplace_back(nullptr);
        } else {
            values_.emplace_back(made_.emplace_back(base::fold_case(text_of(row, email))));
        }
    }

    std::vector<Value> values_;
    std::deque<std::string> made_;  ///< what values_ refers to stays where it is
};

/// "?1, ?2 …" from `first` to `last`.
std::string parameters(std::size_t first, std::size_t last)
{
    std::string text;
    for (std::size_t i = first; i <= last; ++i)
        text += fmt::format("{}?{}", i == first ? "" : ", ", i);
    return text;
}

std::string names_from(const CopiedTable& table, std::size_t first)
{
    std::string names;
    for (std::size_t i = first; i < table.columns.size(); ++i)
        names += fmt::format("{}{}", i == first ? "" : ", ", table.columns[i].name);
    return names;
}

/// Of one row, whose user is the first parameter where there is one.
std::string insert_of(const CopiedTable& table)
{
    const std::size_t count = table.columns.size();
    if (const std::string_view key = one_key_of(table); !key.empty()) {
        return fmt::format(
            "INSERT INTO {0} ({1}, user_key, {2})"
            " SELECT (user_key << 32) + ?2, user_key, {3} FROM users WHERE user_id = ?1"
            " RETURNING {1}",
            table.name, key, names_from(table, 2), parameters(3, count));
    }
    if (is_by_user_key(table)) {
        return fmt::format(
            "INSERT INTO {} (user_key, {}) SELECT user_key, {} FROM users WHERE user_id = ?1"
            " RETURNING user_key",
            table.name, names_from(table, 1), parameters(2, count));
    }
    if (&table == &copied::users) {
        return fmt::format("INSERT INTO users ({}, email_folded) VALUES ({}) RETURNING user_key",
                           names_from(table, 0), parameters(1, count + 1));
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({}) RETURNING 1", table.name,
                       names_from(table, 0), parameters(1, count));
}

void check_number(const CopiedTable& table, const CopyRow& row)
{
    if (one_key_of(table).empty()) return;
    if (const auto number = std::get<std::int64_t>(row[1]); number < 1 || number > number_mask) {
        const std::string_view what = &table == &copied::changes ? "change's seq" : "task's number";
        throw base::Error{base::ErrorCode::conflict,
                          fmt::format("SQLite has no room for a {} {}: they end at {}", what,
                                      number, number_mask)};
    }
}

/// What RETURNING gives: the row's key.
std::int64_t insert(Connection& connection, std::string_view sql, const CopiedTable& table,
                    const CopyRow& row)
{
    check_number(table, row);
    const Bound bound{table, row};
    auto rows = connection.query(sql, bound.values());
    if (!rows.step()) {
        throw base::Error{
            base::ErrorCode::conflict,
            fmt::format("there is no user {}, whose row it is", std::get<std::string>(row[0]))};
    }
    const std::int64_t key = rows.integer(0);
    while (rows.step()) {
    }
    return key;
}

}  // namespace

CopyTarget::CopyTarget(std::string path) : reader_(std::move(path), CopyReader::Use::write)
{
    Connection& connection = reader_.connection();
    for (const CopiedTable* const table : copied::all) {
        if (!reader_.has(*table)) continue;
        auto rows = connection.query(fmt::format("SELECT 1 FROM {} LIMIT 1", table->name));
        if (rows.step()) refuse_target(reader_.path(), table->name);
    }
    prepare_task_words(connection);
}

void CopyTarget::add(const CopiedTable& table, const std::vector<CopyRow>& rows)
{
    Connection& connection = reader_.connection();
    const std::string sql = insert_of(table);
    for (const CopyRow& row : rows) {
        const std::int64_t key = insert(connection, sql, table, row);
        if (&table == &copied::tasks) note_new_words(connection, key);
    }
    if (&table == &copied::tasks) index_task_words(connection);
}

void CopyTarget::keep_secret(const std::string& secret)
{
    replace_secret_file(reader_.path(), secret);
}

}  // namespace todod::store::sqlite

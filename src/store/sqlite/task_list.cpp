#include "store/sqlite/task_list.hpp"

#include <deque>
#include <utility>

#include "base/words.hpp"
#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Value;
using types::SortKey;
using types::Status;
using types::StatusFilter;

namespace {

constexpr std::string_view of_user =
    " WHERE tasks.task_key BETWEEN (SELECT user_key << 32 FROM users WHERE user_id = ?1)"
    " AND (SELECT (user_key << 32) + 4294967295 FROM users WHERE user_id = ?1)";

/// A statement that is put together: only its parameters come from outside.
class Statement {
public:
    explicit Statement(const std::string& user_id) { values_.emplace_back(user_id); }

    std::string sql;

    /// The name of a parameter with this value, which must stay.
    std::string parameter(Value value)
    {
        values_.push_back(value);
        return fmt::format("?{}", values_.size());
    }
    std::string parameter(std::string&& text)
    {
        return parameter(Value{texts_.emplace_back(std::move(text))});
    }
    std::span<const Value> values() const { return values_; }

private:
    std::vector<Value> values_;
    std::deque<std::string> texts_;
};

/// Each word in quotes: FTS5 takes nothing in it for an operator.
std::string match_words(std::string_view words)
{
    std::string match;
    for (const std::string_view word : base::split_words(words))
        match += fmt::format("{}\"{}\"", match.empty() ? "" : " ", word);
    return match;
}

void add_words(Statement& to, std::string_view words)
{
    std::string match = match_words(words);
    if (match.empty()) {
        to.sql += " AND false";
        return;
    }
    to.sql += fmt::format(
        " AND tasks.task_key IN (SELECT rowid FROM task_words WHERE task_words MATCH {}"
        " AND rowid BETWEEN (SELECT user_key << 32 FROM users WHERE user_id = ?1)"
        " AND (SELECT (user_key << 32) + 4294967295 FROM users WHERE user_id = ?1))",
        to.parameter(std::move(match)));
}

constexpr std::string_view not_completed = " AND tasks.status <> 2";

void add_status(Statement& to, StatusFilter status)
{
    switch (status) {
        case StatusFilter::all:
            break;
        case StatusFilter::pending:
            to.sql += not_completed;
            break;
        case StatusFilter::todo:
            to.sql += " AND tasks.status = 0";
            break;
        case StatusFilter::in_progress:
            to.sql += " AND tasks.status = 1";
            break;
        case StatusFilter::completed:
            to.sql += " AND tasks.status = 2";
            break;
    }
}

void add_due(Statement& to, const DueBound& bound, std::string_view comparison)
{
    const base::Instant day{bound.day};
    to.sql += fmt::format(
        " AND tasks.due_at {} CASE tasks.due_whole_day WHEN 1 THEN {} ELSE {} END", comparison,
        to.parameter(to_integer(day)), to.parameter(to_integer(bound.instant)));
}

void add_filter(Statement& to, const TaskFilter& filter)
{
    add_status(to, filter.status);
    if (filter.not_completed) to.sql += not_completed;
    if (filter.priority) {
        to.sql += " AND tasks.priority = ";
        to.sql += to.parameter(static_cast<int>(*filter.priority));
    }
    for (const std::string& tag : filter.tags) {
        to.sql += fmt::format(
            " AND EXISTS (SELECT 1 FROM json_each(tasks.tags) WHERE json_each.value = {})",
            to.parameter(Value{tag}));
    }
    if (filter.due_before) add_due(to, *filter.due_before, "<");
    if (filter.due_after) add_due(to, *filter.due_after, ">=");
    if (filter.words) add_words(to, *filter.words);
}

/// What a task is sorted by, and which way.
struct Order {
    std::string key;  ///< empty: by creation alone
    bool ascending = false;
};

Order order_of(Statement& statement, const TaskQuery& query)
{
    const bool reversed = query.sort.reversed;
    switch (query.sort.key) {
        case SortKey::created:
            return {"", reversed};
        case SortKey::updated:
            return {"tasks.updated_at", reversed};
        case SortKey::title:
            return {"casefold(tasks.title)", !reversed};
        case SortKey::priority:
            return {"tasks.priority", reversed};
        case SortKey::due_date:
            return {fmt::format("tasks.due_at + tasks.due_whole_day * {}",
                                statement.parameter(query.day_end.count())),
                    !reversed};
    }
    return {};
}

/// Only what comes after `position`. Ties are newest first, and no due date comes last.
void add_position(Statement& to, const Order& order, const TaskPosition& position)
{
    const std::string number = to.parameter(position.number);
    const std::string newest_first =
        fmt::format("tasks.task_key {} (SELECT user_key << 32 FROM users WHERE user_id = ?1) + {}",
                    order.key.empty() && order.ascending ? ">" : "<", number);
    if (order.key.empty()) {
        to.sql += " AND " + newest_first;
    } else if (std::holds_alternative<std::monostate>(position.key)) {
        to.sql += fmt::format(" AND {} IS NULL AND {}", order.key, newest_first);
    } else {
        const auto* text = std::get_if<std::string>(&position.key);
        const std::string key = to.parameter(
            text != nullptr ? Value{*text} : Value{std::get<std::int64_t>(position.key)});
        to.sql += fmt::format(" AND ({0} {1} {2} OR ({0} = {2} AND {3}) OR {0} IS NULL)", order.key,
                              order.ascending ? ">" : "<", key, newest_first);
    }
}

void add_order(Statement& to, const Order& order)
{
    if (order.key.empty()) {
        to.sql += order.ascending ? " ORDER BY tasks.task_key" : " ORDER BY tasks.task_key DESC";
    } else {
        to.sql += fmt::format(" ORDER BY {0} IS NULL, {0} {1}, tasks.task_key DESC", order.key,
                              order.ascending ? "ASC" : "DESC");
    }
}

std::int64_t count_tasks(Connection& connection, const std::string& user_id,
                         const TaskFilter& filter)
{
    if (filter.empty()) {
        auto rows = connection.query("SELECT task_count FROM users WHERE user_id = ?1", {user_id});
        return rows.step() ? rows.integer(0) : 0;
    }
    Statement statement{user_id};
    statement.sql = fmt::format("SELECT count(*) FROM tasks{}", of_user);
    add_filter(statement, filter);
    auto rows = connection.query(statement.sql, statement.values());
    rows.step();
    return rows.integer(0);
}

}  // namespace

TaskPage list_tasks(Connection& connection, const std::string& user_id, const TaskQuery& query)
{
    Statement statement{user_id};
    statement.sql = fmt::format("SELECT {} FROM tasks{}", task_columns, of_user);
    add_filter(statement, query.filter);
    const Order order = order_of(statement, query);
    if (query.after) add_position(statement, order, *query.after);
    add_order(statement, order);
    // One more than asked for tells whether there is more.
    statement.sql += fmt::format(" LIMIT {} OFFSET {}", statement.parameter(query.limit + 1),
                                 statement.parameter(query.skip));

    TaskPage page;
    page.total = count_tasks(connection, user_id, query.filter);
    const auto limit = static_cast<std::size_t>(query.limit);
    page.tasks.reserve(std::min(limit, static_cast<std::size_t>(page.total)));
    auto rows = connection.query(statement.sql, statement.values());
    while (rows.step()) {
        if (page.tasks.size() == limit) {
            page.next = position_of(page.tasks.back(), query);
            break;
        }
        page.tasks.push_back(std::move(read_task(rows, user_id).task));
    }
    return page;
}

}  // namespace todod::store::sqlite

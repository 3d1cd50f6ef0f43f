#include "store/postgres/task_list.hpp"

#include <utility>

#include "base/text.hpp"
#include "base/words.hpp"
#include "store/postgres/task_rows.hpp"
#include "store/postgres/task_terms.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Parameters;
using db::postgres::Rows;
using types::SortKey;
using types::StatusFilter;

namespace {

/// A statement on the tasks of $1 that is put together: only its parameters come from outside.
class Statement {
public:
    explicit Statement(const std::string& user_id) { parameters_.add(user_id); }

    std::string sql;

    /// The name of a parameter with this value.
    template <class T>
    std::string parameter(const T& value)
    {
        parameters_.add(value);
        return fmt::format("${}", parameters_.size());
    }

    /// The command; nothing may be added any more.
    Command command() && { return {.sql = sql, .parameters = std::move(parameters_)}; }

private:
    Parameters parameters_;
};

void add_status(Statement& to, const TaskFilter& filter)
{
    switch (filter.status) {
        case StatusFilter::all:
            break;
        case StatusFilter::pending:
            to.sql += " AND t.status <> 2";
            break;
        case StatusFilter::todo:
            to.sql += " AND t.status = 0";
            break;
        case StatusFilter::in_progress:
            to.sql += " AND t.status = 1";
            break;
        case StatusFilter::completed:
            to.sql += " AND t.status = 2";
            break;
    }
    if (filter.not_completed) to.sql += " AND t.status <> 2";
}

/// The second bound is for the index alone: it holds for instants and for whole days.
void add_due(Statement& to, const DueBound& bound, std::string_view comparison,
             base::Instant widest)
{
    to.sql += fmt::format(
        " AND t.due_at {0} CASE WHEN t.due_whole_day THEN {1} ELSE {2} END"
        " AND t.due_at {0} {3}",
        comparison, to.parameter(base::Instant{bound.day}), to.parameter(bound.instant),
        to.parameter(widest));
}

void add_filter(Statement& to, const std::string& user_id, const TaskFilter& filter)
{
    add_status(to, filter);
    if (filter.priority) {
        to.sql += " AND t.priority = ";
        to.sql += to.parameter(static_cast<std::int16_t>(*filter.priority));
    }
    if (const auto& bound = filter.due_before) {
        add_due(to, *bound, "<", std::max(base::Instant{bound->day}, bound->instant));
    }
    if (const auto& bound = filter.due_after) {
        add_due(to, *bound, ">=", std::min(base::Instant{bound->day}, bound->instant));
    }
    const auto words = base::words_of(filter.words.value_or(""));
    if (filter.words && words.empty()) to.sql += " AND false";
    const std::string terms = query_of(user_id, words, filter.tags);
    if (!terms.empty()) to.sql += fmt::format(" AND t.terms @@ {}::tsquery", to.parameter(terms));
    if (!filter.tags.empty()) to.sql += fmt::format(" AND t.tags @> {}", to.parameter(filter.tags));
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
            return {"t.updated_at", reversed};
        case SortKey::title:
            return {"t.title_folded", !reversed};
        case SortKey::priority:
            return {"t.priority", reversed};
        case SortKey::due_date:
            return {fmt::format("(t.due_at + CASE WHEN t.due_whole_day THEN {} ELSE 0 END"
                                " * interval '1 millisecond')",
                                statement.parameter(std::int64_t{query.day_end.count()})),
                    !reversed};
    }
    return {};
}

/// The sort key of a position as the column has it.
std::string key_parameter(Statement& to, SortKey sort, const TaskPosition& position)
{
    if (const auto* text = std::get_if<std::string>(&position.key)) return to.parameter(*text);
    const std::int64_t number = std::get<std::int64_t>(position.key);
    if (sort == SortKey::priority) return to.parameter(number) + "::int2";
    return to.parameter(base::Instant{std::chrono::milliseconds{number}});
}

/// Only what comes after `position`. Ties are newest first, and no due date comes last.
void add_position(Statement& to, const Order& order, SortKey sort, const TaskPosition& position)
{
    const std::string newest_first =
        fmt::format("t.number {} {}", order.key.empty() && order.ascending ? ">" : "<",
                    to.parameter(position.number));
    if (order.key.empty()) {
        to.sql += " AND " + newest_first;
    } else if (std::holds_alternative<std::monostate>(position.key)) {
        to.sql += fmt::format(" AND {} IS NULL AND {}", order.key, newest_first);
    } else {
        const std::string key = key_parameter(to, sort, position);
        const std::string_view after = order.ascending ? ">" : "<";
        // The first part tells an index where to begin.
        if (sort != SortKey::due_date)
            to.sql += fmt::format(" AND {} {}= {}", order.key, after, key);
        to.sql += fmt::format(" AND ({0} {1} {2} OR ({0} = {2} AND {3}) OR {0} IS NULL)", order.key,
                              after, key, newest_first);
    }
}

void add_order(Statement& to, const Order& order)
{
    if (order.key.empty()) {
        to.sql += order.ascending ? " ORDER BY t.number" : " ORDER BY t.number DESC";
    } else {
        to.sql += fmt::format(" ORDER BY {} {} NULLS LAST, t.number DESC", order.key,
                              order.ascending ? "ASC" : "DESC");
    }
}

std::int64_t to_integer(base::Instant instant)
{
    return instant.time_since_epoch().count();
}

TaskPosition position_of(const types::Task& task, const TaskQuery& query)
{
    TaskPosition position{{}, task.number};
    switch (query.sort.key) {
        case SortKey::created:
            break;
        case SortKey::updated:
            position.key = to_integer(task.updated_at);
            break;
        case SortKey::title:
            position.key = base::fold_case(task.title);
            break;
        case SortKey::priority:
            position.key = static_cast<std::int64_t>(task.priority);
            break;
        case SortKey::due_date:
            if (!task.due_date) break;
            position.key = to_integer(task.due_date->at) +
                           (task.due_date->whole_day ? query.day_end.count() : 0);
            break;
    }
    return position;
}

Statement page_statement(const std::string& user_id, const TaskQuery& query)
{
    Statement statement{user_id};
    statement.sql = fmt::format("SELECT {} FROM tasks t WHERE t.user_id = $1", task_columns);
    add_filter(statement, user_id, query.filter);
    const Order order = order_of(statement, query);
    if (query.after) add_position(statement, order, query.sort.key, *query.after);
    add_order(statement, order);
    // One more than asked for tells whether there is more.
    statement.sql += fmt::format(" LIMIT {} OFFSET {}", statement.parameter(query.limit + 1),
                                 statement.parameter(query.skip));
    return statement;
}

Statement count_statement(const std::string& user_id, const TaskFilter& filter)
{
    Statement statement{user_id};
    if (filter.empty()) {
        statement.sql = "SELECT task_count FROM users WHERE user_id = $1";
    } else {
        statement.sql = "SELECT count(*) FROM tasks t WHERE t.user_id = $1";
        add_filter(statement, user_id, filter);
    }
    return statement;
}

/// For the rest of a flight: how common a word or a tag is decides about the plan. The session has
/// it otherwise for what is prepared.
Command plan_for_values()
{
    return {.sql = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)",
            .name = "plan_for_values"};
}

}  // namespace

base::Async<void> list_tasks(db::postgres::Pool& pool, ListTasks& request)
{
    const TaskQuery& query = request.query;
    Statement count = count_statement(request.user_id, query.filter);
    Statement page = page_statement(request.user_id, query);
    std::vector<Command> commands;
    commands.push_back(plan_for_values());
    commands.push_back(std::move(count).command());
    commands.push_back(std::move(page).command());
    const db::postgres::Lease lease = co_await pool.lease();
    const std::vector<Rows> rows = co_await lease->run(std::move(commands));
    const Rows& total = rows[1];
    const Rows& found = rows[2];

    request.page = {};
    if (total.size() > 0) request.page.total = total.get<std::int64_t>(0, 0);
    auto& tasks = request.page.tasks;
    for (int row = 0; row < found.size(); ++row) {
        if (std::ssize(tasks) == query.limit) {
            request.page.next = position_of(tasks.back(), query);
        } else {
            tasks.push_back(read_task(found, row, 0, request.user_id));
        }
    }
}

}  // namespace todod::store::postgres

#include "store/postgres/task_list.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/words.hpp"
#include "store/postgres/task_rows.hpp"
#include "store/postgres/task_terms.hpp"
#include "store/tags.hpp"

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

constexpr std::string_view not_completed = " AND t.status <> 2";

void add_status(Statement& to, const TaskFilter& filter)
{
    switch (filter.status) {
        case StatusFilter::all:
            break;
        case StatusFilter::pending:
            to.sql += not_completed;
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
    if (filter.not_completed) to.sql += not_completed;
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
    // Said twice, a term is taken for rarer than the statistics, which are of all users together,
    // let it seem. Else the index of terms is intersected with that of all tasks of the user.
    if (!terms.empty()) {
        to.sql += fmt::format(" AND t.terms @@ {}::tsquery", to.parameter(terms + " & " + terms));
    }
    if (!filter.tags.empty()) {
        to.sql += fmt::format(" AND t.tags::jsonb @> {}::jsonb",
                              to.parameter(db::postgres::Json{tags_to_json(filter.tags)}));
    }
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

/// What the first part of a user's tasks, which is gone through, and the rest, which has indexes,
/// are told apart by (migrations/postgres/0009).
constexpr std::string_view first_part = " AND t.number <= 2000";
constexpr std::string_view rest_part = " AND t.number > 2000";

/// One more than asked for tells whether there is more.
std::string add_limit(Statement& to, const TaskQuery& query)
{
    return fmt::format(" LIMIT {} OFFSET {}", to.parameter(query.limit + 1),
                       to.parameter(query.skip));
}

/// What add_position and add_order add, by itself.
std::string position_sql(Statement& statement, const Order& order, const TaskQuery& query)
{
    if (query.after) add_position(statement, order, query.sort.key, *query.after);
    return std::exchange(statement.sql, {});
}
std::string order_sql(Statement& statement, const Order& order)
{
    add_order(statement, order);
    return std::exchange(statement.sql, {});
}

/// A page of all tasks.
Statement page_statement(const std::string& user_id, const TaskQuery& query)
{
    Statement statement{user_id};
    const Order order = order_of(statement, query);
    const std::string where = position_sql(statement, order, query);
    const std::string sorted = order_sql(statement, order);
    const std::string limit = add_limit(statement, query);
    if (query.sort.key == SortKey::title || query.sort.key == SortKey::priority) {
        const std::int64_t most = std::numeric_limits<std::int64_t>::max() - query.limit - 1;
        const std::int64_t rest = std::min(query.skip, most) + query.limit + 1;
        statement.sql = fmt::format(
            "SELECT {0} FROM ((SELECT * FROM tasks t WHERE t.user_id = $1{1}{2}) UNION ALL"
            " (SELECT * FROM tasks t WHERE t.user_id = $1{3}{2}{4} LIMIT {5})) t{4}{6}",
            task_columns, first_part, where, rest_part, sorted, statement.parameter(rest), limit);
    } else {
        statement.sql = fmt::format("SELECT {} FROM tasks t WHERE t.user_id = $1{}{}{}",
                                    task_columns, where, sorted, limit);
    }
    return statement;
}

/// A page of the tasks that a filter lets through, and behind each how many these are; where the
/// page is empty that stands behind nulls. What there is is gone through once, for both.
Statement filtered_statement(const std::string& user_id, const TaskQuery& query)
{
    Statement statement{user_id};
    add_filter(statement, user_id, query.filter);
    const std::string where = std::exchange(statement.sql, {});
    Order order = order_of(statement, query);
    const std::string key =
        order.key.empty() ? "" : ", " + std::exchange(order.key, "t.key") + " AS key";
    const std::string position = position_sql(statement, order, query);
    const std::string sorted = order_sql(statement, order);
    const std::string limit = add_limit(statement, query);
    if (!order.key.empty()) order.key = "p.key";
    const std::string match =
        fmt::format("SELECT t.number{} FROM tasks t WHERE t.user_id = $1{}", key, where);
    const bool has_terms = query.filter.words || !query.filter.tags.empty();
    statement.sql = fmt::format(
        "WITH m AS MATERIALIZED ({}), p AS (SELECT * FROM m t WHERE true{}{}{})"
        " SELECT {}, c.total FROM (SELECT count(*) AS total FROM m) c"
        " LEFT JOIN (p JOIN tasks t ON t.user_id = $1 AND t.number = p.number) ON true{}",
        has_terms ? fmt::format("{0}{1} UNION ALL {0}{2}", match, first_part, rest_part) : match,
        position, sorted, limit, task_columns, order_sql(statement, order));
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
    const bool is_filtered = !query.filter.empty();
    Statement account{request.user_id};
    account.sql = "SELECT 1, generation, task_count FROM users WHERE user_id = $1";
    Statement page = is_filtered ? filtered_statement(request.user_id, query)
                                 : page_statement(request.user_id, query);
    std::vector<Command> commands;
    commands.push_back(plan_for_values());
    commands.push_back(std::move(account).command());
    commands.push_back(std::move(page).command());
    const db::postgres::Lease lease = co_await pool.lease();
    const std::vector<Rows> rows = co_await lease->run(std::move(commands));
    const Rows& users = rows[1];
    const Rows& found = rows[2];
    expect_confirmation(request);
    if (users.size() > 0) confirm(request, users, 0);

    request.page = {};
    constexpr int task_count_column = 2;
    constexpr int total_column = 13;
    if (is_filtered) {
        request.page.total = found.get<std::int64_t>(0, total_column);
    } else if (users.size() > 0) {
        request.page.total = users.get<std::int64_t>(0, task_count_column);
    }
    auto& tasks = request.page.tasks;
    for (int row = 0; row < found.size(); ++row) {
        if (found.is_null(row, 0)) break;
        if (std::ssize(tasks) == query.limit) {
            request.page.next = position_of(tasks.back(), query);
        } else {
            tasks.push_back(read_task(found, row, 0, request.user_id));
        }
    }
    if (is_whole(query, request.page)) request.page.total = std::ssize(tasks);
}

}  // namespace todod::store::postgres

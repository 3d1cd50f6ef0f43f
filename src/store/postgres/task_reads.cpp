#include "store/postgres/task_reads.hpp"

#include <algorithm>
#include <limits>

#include "store/postgres/task_rows.hpp"

namespace todod::store::postgres {

using base::Uuid;
using db::postgres::Command;
using db::postgres::Pool;
using db::postgres::Rows;
using types::StatusFilter;

namespace {

constexpr std::int64_t max_plain_limit = 100;

/// Which of a batch a row belongs to: WITH ORDINALITY counts from one.
std::size_t place_of(const Rows& rows, int row)
{
    return static_cast<std::size_t>(rows.get<std::int64_t>(row, 0)) - 1;
}

Command find_by_id(const std::vector<FindTask*>& batch)
{
    static const std::string sql = fmt::format(
        "SELECT r.place, {} FROM unnest($1::text[], $2::uuid[])"
        " WITH ORDINALITY AS r(user_id, id, place)"
        " JOIN tasks t ON t.user_id = r.user_id AND t.id = r.id",
        task_columns);
    Command command{.sql = sql, .name = "find_by_id"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    command.parameters.add_array(batch, [](auto* each) { return std::get<Uuid>(each->ref); });
    return command;
}

Command find_by_number(const std::vector<FindTask*>& batch)
{
    static const std::string sql = fmt::format(
        "SELECT r.place, {} FROM unnest($1::text[], $2::int8[])"
        " WITH ORDINALITY AS r(user_id, number, place)"
        " JOIN tasks t ON t.user_id = r.user_id AND t.number = r.number",
        task_columns);
    Command command{.sql = sql, .name = "find_by_number"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    command.parameters.add_array(batch,
                                 [](auto* each) { return std::get<std::int64_t>(each->ref); });
    return command;
}

void keep_found(const Rows& rows, const std::vector<FindTask*>& batch)
{
    for (int row = 0; row < rows.size(); ++row) {
        FindTask& request = *batch[place_of(rows, row)];
        request.task = read_task(rows, row, 1, request.user_id);
    }
}

/// A bit for each status that is let through.
std::int32_t statuses_of(const TaskFilter& filter)
{
    constexpr std::int32_t pending = 1;
    constexpr std::int32_t in_progress = 2;
    constexpr std::int32_t completed = 4;
    switch (filter.status) {
        case StatusFilter::all:
            return pending | in_progress | completed;
        case StatusFilter::pending:
            return pending | in_progress;
        case StatusFilter::todo:
            return pending;
        case StatusFilter::in_progress:
            return in_progress;
        case StatusFilter::completed:
            return completed;
    }
    return 0;
}

/// Pages of one order, with or without a filter by status. `{0}` compares a task's number with the
/// position, `{1}` is the order.
std::string plain_list(bool oldest_first, bool filtered)
{
    const std::string_view of_status =
        filtered ? " AND r.statuses >> t.status & 1 = 1" : std::string_view{};
    const std::string_view total = filtered
                                       ? "(SELECT count(*) FROM tasks t WHERE t.user_id = r.user_id"
                                         " AND r.statuses >> t.status & 1 = 1)"
                                       : "users.task_count";
    return fmt::format(
        "SELECT r.place, {0}, {1}"
        " FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int4[])"
        " WITH ORDINALITY AS r(user_id, after, skip, max, statuses, place)"
        " JOIN users ON users.user_id = r.user_id"
        " LEFT JOIN LATERAL (SELECT * FROM tasks t WHERE t.user_id = r.user_id"
        " AND t.number {2} r.after{3} ORDER BY t.number {4} LIMIT r.max OFFSET r.skip) t ON true",
        total, task_columns, oldest_first ? ">" : "<", of_status, oldest_first ? "ASC" : "DESC");
}

/// The statement for one of the four kinds that ListPlainTasks come in.
Command list_kind(std::size_t kind)
{
    static const std::array<std::string, 4> statements{
        plain_list(false, false), plain_list(true, false), plain_list(false, true),
        plain_list(true, true)};
    static constexpr std::array<std::string_view, 4> names{
        "list_newest", "list_oldest", "list_newest_of_status", "list_oldest_of_status"};
    return {.sql = statements[kind], .name = names[kind]};
}

std::size_t kind_of(const TaskQuery& query)
{
    return (query.sort.reversed ? 1U : 0U) + (query.filter.empty() ? 0U : 2U);
}

std::int64_t start_of(const TaskQuery& query)
{
    if (query.after) return query.after->number;
    return query.sort.reversed ? 0 : std::numeric_limits<std::int64_t>::max();
}

Command list_batch(std::size_t kind, const std::vector<ListPlainTasks*>& batch)
{
    Command command = list_kind(kind);
    auto& parameters = command.parameters;
    parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    parameters.add_array(batch, [](auto* each) { return start_of(each->query); });
    parameters.add_array(batch, [](auto* each) { return each->query.skip; });
    // One more than asked for tells whether there is more.
    parameters.add_array(batch, [](auto* each) { return each->query.limit + 1; });
    parameters.add_array(batch, [](auto* each) { return statuses_of(each->query.filter); });
    return command;
}

void keep_listed(const Rows& rows, const std::vector<ListPlainTasks*>& batch)
{
    constexpr int total_column = 1;
    constexpr int number_column = 2;
    for (ListPlainTasks* const each : batch)
        each->page = {};
    for (int row = 0; row < rows.size(); ++row) {
        ListPlainTasks& request = *batch[place_of(rows, row)];
        TaskPage& page = request.page;
        page.total = rows.get<std::int64_t>(row, total_column);
        if (rows.is_null(row, number_column)) continue;
        if (std::ssize(page.tasks) == request.query.limit) {
            page.next = TaskPosition{{}, page.tasks.back().number};
        } else {
            page.tasks.push_back(read_task(rows, row, number_column, request.user_id));
        }
    }
}

}  // namespace

bool is_plain(const TaskQuery& query)
{
    const TaskFilter by_status{.status = query.filter.status};
    return query.sort.key == types::SortKey::created && query.limit <= max_plain_limit &&
           query.filter == by_status;
}

base::Async<void> find_tasks(Pool& pool, std::vector<FindTask*> batch)
{
    std::vector<FindTask*> by_id;
    std::vector<FindTask*> by_number;
    for (FindTask* const each : batch) {
        each->task.reset();
        (std::holds_alternative<Uuid>(each->ref) ? by_id : by_number).push_back(each);
    }
    std::vector<Command> commands;
    if (!by_id.empty()) commands.push_back(find_by_id(by_id));
    if (!by_number.empty()) commands.push_back(find_by_number(by_number));
    const auto connection = co_await pool.shared();
    const std::vector<Rows> rows = co_await connection->run(std::move(commands));
    if (!by_id.empty()) keep_found(rows.front(), by_id);
    if (!by_number.empty()) keep_found(rows.back(), by_number);
}

base::Async<void> list_plain_tasks(Pool& pool, std::vector<ListPlainTasks*> batch)
{
    std::array<std::vector<ListPlainTasks*>, 4> kinds;
    for (ListPlainTasks* const each : batch)
        kinds[kind_of(each->query)].push_back(each);
    std::vector<Command> commands;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        if (!kinds[kind].empty()) commands.push_back(list_batch(kind, kinds[kind]));
    }
    const auto connection = co_await pool.shared();
    const std::vector<Rows> rows = co_await connection->run(std::move(commands));
    auto next = rows.begin();
    for (const auto& kind : kinds) {
        if (!kind.empty()) keep_listed(*next++, kind);
    }
}

}  // namespace todod::store::postgres

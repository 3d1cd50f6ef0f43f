#include "store/postgres/task_reads.hpp"

#include <algorithm>
#include <limits>

#include "store/postgres/task_rows.hpp"

namespace todod::store::postgres {

using base::Uuid;
using db::postgres::Command;
using db::postgres::Question;
using db::postgres::Rows;
using db::postgres::SharedRows;
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
        "SELECT r.place, u.generation, {} FROM unnest($1::text[], $2::uuid[])"
        " WITH ORDINALITY AS r(user_id, id, place)"
        " JOIN users u ON u.user_id = r.user_id"
        " LEFT JOIN tasks t ON t.user_id = r.user_id AND t.id = r.id",
        task_columns);
    Command command{.sql = sql, .name = "find_by_id"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    command.parameters.add_array(batch, [](auto* each) { return std::get<Uuid>(each->ref); });
    return command;
}

Command find_by_number(const std::vector<FindTask*>& batch)
{
    static const std::string sql = fmt::format(
        "SELECT r.place, u.generation, {} FROM unnest($1::text[], $2::int8[])"
        " WITH ORDINALITY AS r(user_id, number, place)"
        " JOIN users u ON u.user_id = r.user_id"
        " LEFT JOIN tasks t ON t.user_id = r.user_id AND t.number = r.number",
        task_columns);
    Command command{.sql = sql, .name = "find_by_number"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    command.parameters.add_array(batch,
                                 [](auto* each) { return std::get<std::int64_t>(each->ref); });
    return command;
}

void keep_found(const SharedRows& rows, const std::vector<FindTask*>& batch)
{
    for (int row = 0; row < rows->size(); ++row) {
        FindTask& request = *batch[place_of(*rows, row)];
        confirm(request, *rows, row);
        request.rows = rows;
        request.row = row;
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

/// With what the user's log ended when the page was kept; none: no log ends with it.
std::int64_t known_change(const ListPlainTasks* request)
{
    constexpr std::int64_t none = -1;
    return request->kept ? request->kept->last_change : none;
}

/// Whose pages are asked for: where each one's log ends, and how many tasks each has, unless that
/// is known.
Command list_users(const std::vector<ListPlainTasks*>& batch)
{
    Command command{.sql =
                        "SELECT r.place, u.generation, u.last_change,"
                        " CASE WHEN r.statuses = $4 OR u.last_change = r.known THEN u.task_count"
                        " ELSE (SELECT count(*) FROM tasks t"
                        " WHERE t.user_id = r.user_id AND r.statuses >> t.status & 1 = 1) END"
                        " FROM unnest($1::text[], $2::int4[], $3::int8[])"
                        " WITH ORDINALITY AS r(user_id, statuses, known, place)"
                        " JOIN users u ON u.user_id = r.user_id",
                    .name = "list_users"};
    command.parameters.add_array(batch, [](auto* each) -> auto& { return each->user_id; });
    command.parameters.add_array(batch, [](auto* each) { return statuses_of(each->query.filter); });
    command.parameters.add_array(batch, known_change);
    command.parameters.add(statuses_of({}));
    return command;
}

/// Pages of one order, with or without a filter by status; nothing of those that are as is known.
std::string plain_list(bool oldest_first, bool filtered)
{
    return fmt::format(
        "SELECT r.place, {}"
        " FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int4[], $6::int8[])"
        " WITH ORDINALITY AS r(user_id, after, skip, max, statuses, known, place)"
        " CROSS JOIN LATERAL (SELECT * FROM tasks t WHERE t.user_id = r.user_id"
        " AND (r.known < 0 OR r.known <> (SELECT u.last_change FROM users u"
        " WHERE u.user_id = r.user_id))"
        " AND t.number {} r.after{} ORDER BY t.number {} LIMIT r.max OFFSET r.skip) t",
        task_columns, oldest_first ? ">" : "<",
        filtered ? " AND r.statuses >> t.status & 1 = 1" : "", oldest_first ? "ASC" : "DESC");
}

/// Two orders, with a filter and without.
constexpr std::size_t kind_count = 4;

/// The statement for one of the kinds that ListPlainTasks come in.
Command list_kind(std::size_t kind)
{
    static const std::array<std::string, kind_count> statements{
        plain_list(false, false), plain_list(true, false), plain_list(false, true),
        plain_list(true, true)};
    static constexpr std::array<std::string_view, kind_count> names{
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
    parameters.add_array(batch, known_change);
    return command;
}

/// The rows of one request follow each other.
void keep_listed(const SharedRows& rows, const std::vector<ListPlainTasks*>& batch)
{
    for (int row = 0; row < rows->size(); ++row) {
        ListPlainTasks& request = *batch[place_of(*rows, row)];
        if (request.row_count == 0) {
            request.rows = rows;
            request.first_row = row;
        }
        ++request.row_count;
    }
}

void keep_totals(const Rows& rows, const std::vector<ListPlainTasks*>& batch)
{
    constexpr int change_column = 2;
    constexpr int total_column = 3;
    for (int row = 0; row < rows.size(); ++row) {
        ListPlainTasks& request = *batch[place_of(rows, row)];
        confirm(request, rows, row);
        request.last_change = rows.get<std::int64_t>(row, change_column);
        request.total = rows.get<std::int64_t>(row, total_column);
    }
}

}  // namespace

bool is_plain(const TaskQuery& query)
{
    const TaskFilter by_status{.status = query.filter.status};
    return query.sort.key == types::SortKey::created && query.limit <= max_plain_limit &&
           query.filter == by_status;
}

std::size_t estimate_rows(const TaskQuery& query)
{
    const auto page =
        static_cast<std::size_t>(query.skip) + static_cast<std::size_t>(query.limit) + 1;
    // With a filter all of the user's tasks are counted, however many they are.
    return query.filter.empty() ? page : page + db::postgres::Reads::long_round;
}

std::optional<types::Task> read(const FindTask& request)
{
    constexpr int task_column = 2;
    if (request.row < 0 || request.rows->is_null(request.row, task_column)) return std::nullopt;
    return read_task(*request.rows, request.row, task_column, request.user_id);
}

TaskPage read(const ListPlainTasks& request)
{
    constexpr int task_column = 1;
    TaskPage page;
    page.total = request.total;
    const bool is_more = request.row_count > request.query.limit;
    const int end = request.first_row + request.row_count - (is_more ? 1 : 0);
    page.tasks.reserve(static_cast<std::size_t>(request.row_count));
    for (int row = request.first_row; row < end; ++row)
        page.tasks.push_back(read_task(*request.rows, row, task_column, request.user_id));
    if (is_more) page.next = position_of(page.tasks.back(), request.query);
    if (is_whole(request.query, page)) page.total = std::ssize(page.tasks);
    return page;
}

Question find_tasks(const std::vector<FindTask*>& batch)
{
    std::vector<FindTask*> by_id;
    std::vector<FindTask*> by_number;
    for (FindTask* const each : batch) {
        each->row = -1;
        expect_confirmation(*each);
        (std::holds_alternative<Uuid>(each->ref) ? by_id : by_number).push_back(each);
    }
    Question question;
    if (!by_id.empty()) question.commands.push_back(find_by_id(by_id));
    if (!by_number.empty()) question.commands.push_back(find_by_number(by_number));
    question.keep = [by_id = std::move(by_id),
                     by_number = std::move(by_number)](std::span<const SharedRows> rows) {
        if (!by_id.empty()) keep_found(rows.front(), by_id);
        if (!by_number.empty()) keep_found(rows.back(), by_number);
    };
    return question;
}

Question list_plain_tasks(const std::vector<ListPlainTasks*>& batch)
{
    std::array<std::vector<ListPlainTasks*>, kind_count> kinds;
    for (ListPlainTasks* const each : batch) {
        each->row_count = 0;
        each->total = 0;
        each->last_change.reset();
        expect_confirmation(*each);
        kinds[kind_of(each->query)].push_back(each);
    }
    Question question;
    question.commands.push_back(list_users(batch));
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
        if (!kinds[kind].empty()) question.commands.push_back(list_batch(kind, kinds[kind]));
    }
    question.keep = [batch, kinds = std::move(kinds)](std::span<const SharedRows> rows) {
        keep_totals(*rows.front(), batch);
        auto next = rows.begin() + 1;
        for (const auto& kind : kinds) {
            if (!kind.empty()) keep_listed(*next++, kind);
        }
    };
    return question;
}

}  // namespace todod::store::postgres

#include "store/postgres/ledgers.hpp"

#include "store/idempotency.hpp"
#include "store/postgres/task_rows.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Rows;

namespace {

/// One name of a task that is looked for.
struct Name {
    std::int64_t place = 0;  ///< of its user, from 1
    std::string_view user_id;
    std::optional<base::Uuid> id{};
    std::optional<std::int64_t> number{};
};

std::vector<Name> names_of(const LedgerRequest& request, bool of_trash)
{
    std::vector<Name> names;
    for (std::size_t i = 0; i < request.users.size(); ++i) {
        const NamedTasks& named = request.named[i];
        if (of_trash && !named.wants_trash) continue;
        const auto place = static_cast<std::int64_t>(i + 1);
        for (const base::Uuid& id : named.ids)
            names.push_back({.place = place, .user_id = request.users[i], .id = id});
        for (const std::int64_t number : named.numbers)
            names.push_back({.place = place, .user_id = request.users[i], .number = number});
    }
    return names;
}

Command with_names(std::string_view sql, std::string_view statement, const std::vector<Name>& names)
{
    Command command{.sql = sql, .name = name_for(names.size(), statement)};
    auto& to = command.parameters;
    to.add_array(names, [](const Name& name) { return name.place; });
    to.add_array(names, [](const Name& name) { return name.user_id; });
    to.add_array(names, [](const Name& name) { return name.id; });
    to.add_array(names, [](const Name& name) { return name.number; });
    return command;
}

constexpr std::string_view names_sql =
    "unnest($1::int8[], $2::text[], $3::uuid[], $4::int8[]) AS r(place, user_id, id, number)";

/// Twice, by number and by id: each is found by an index. Whoever has locked the user is alone with
/// the tasks but for replicas of the release before the log, which lock no more than the tasks.
Command find_named(const std::vector<Name>& names)
{
    static const std::string sql = fmt::format(
        "SELECT r.place, r.user_id, t.last_change, {0} FROM {1} CROSS JOIN LATERAL"
        " (SELECT * FROM tasks o WHERE o.user_id = r.user_id AND o.number = r.number"
        " FOR NO KEY UPDATE) t"
        " UNION ALL SELECT r.place, r.user_id, t.last_change, {0} FROM {1} CROSS JOIN LATERAL"
        " (SELECT * FROM tasks o WHERE o.user_id = r.user_id AND o.id = r.id"
        " FOR NO KEY UPDATE) t",
        task_columns, names_sql);
    return with_names(sql, "find_named_tasks", names);
}

Command find_named_trash(const std::vector<Name>& names)
{
    static const std::string sql = fmt::format(
        "SELECT r.place, d.last_change, d.deleted_at, d.task FROM {0} JOIN trash d"
        " ON d.user_id = r.user_id AND d.number = r.number"
        " UNION ALL SELECT r.place, d.last_change, d.deleted_at, d.task FROM {0} JOIN trash d"
        " ON d.user_id = r.user_id AND d.id = r.id",
        names_sql);
    return with_names(sql, "find_named_trash", names);
}

/// Tasks that have the id of one in the trash that is named by its number.
Command find_doubles(const std::vector<Name>& names)
{
    static const std::string sql = fmt::format(
        "SELECT r.place, r.user_id, t.last_change, {} FROM {}"
        " JOIN trash d ON d.user_id = r.user_id AND d.number = r.number"
        " JOIN tasks t ON t.user_id = d.user_id AND t.id = d.id",
        task_columns, names_sql);
    return with_names(sql, "find_doubles", names);
}

Command lock_ledger_users(const std::vector<std::string_view>& users)
{
    Command command{.sql =
                        "SELECT r.place, u.generation, u.last_number, u.last_change"
                        " FROM unnest($1::text[]) WITH ORDINALITY AS r(user_id, place)"
                        " CROSS JOIN LATERAL (SELECT generation, last_number, last_change"
                        " FROM users u WHERE u.user_id = r.user_id FOR NO KEY UPDATE) u",
                    .name = "lock_ledger_users"};
    command.parameters.add_array(users, [](std::string_view user_id) { return user_id; });
    return command;
}

std::size_t place_of(const Rows& rows, int row)
{
    return static_cast<std::size_t>(rows.get<std::int64_t>(row, 0)) - 1;
}

void load_tasks(std::vector<std::optional<LockedLedger>>& ledgers, const Rows& rows,
                const LedgerRequest& request)
{
    for (int row = 0; row < rows.size(); ++row) {
        auto& locked = ledgers[place_of(rows, row)];
        if (!locked) continue;
        locked->ledger.load(read_task(rows, row, 3, request.users[place_of(rows, row)]),
                            rows.get<std::int64_t>(row, 2));
    }
}

void load_trash(std::vector<std::optional<LockedLedger>>& ledgers, const Rows& rows)
{
    for (int row = 0; row < rows.size(); ++row) {
        auto& locked = ledgers[place_of(rows, row)];
        if (!locked) continue;
        locked->ledger.load_trashed(task_of(rows.get<std::string>(row, 3)),
                                    rows.get<std::int64_t>(row, 1),
                                    rows.get<base::Instant>(row, 2));
    }
}

}  // namespace

std::string_view name_for(std::size_t tasks, std::string_view name)
{
    constexpr std::size_t large = 100;
    return tasks < large ? name : std::string_view{};
}

std::vector<Command> load_ledgers(const LedgerRequest& request)
{
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back(lock_ledger_users(request.users));
    commands.push_back(find_named(names_of(request, false)));
    const std::vector<Name> of_trash = names_of(request, true);
    if (of_trash.empty()) return commands;
    commands.push_back(find_named_trash(of_trash));
    commands.push_back(find_doubles(of_trash));
    return commands;
}

std::vector<std::optional<LockedLedger>> read_ledgers(const std::vector<Rows>& rows,
                                                      const LedgerRequest& request)
{
    std::vector<std::optional<LockedLedger>> ledgers(request.users.size());
    const Rows& users = rows[1];
    for (int row = 0; row < users.size(); ++row) {
        const std::size_t place = place_of(users, row);
        ledgers[place].emplace(
            TaskLedger{std::string{request.users[place]}, users.get<std::int64_t>(row, 2),
                       users.get<std::int64_t>(row, 3)},
            users.get<std::int64_t>(row, 1));
    }
    load_tasks(ledgers, rows[2], request);
    if (rows.size() == 3) return ledgers;
    load_trash(ledgers, rows[3]);
    load_tasks(ledgers, rows[4], request);
    return ledgers;
}

}  // namespace todod::store::postgres

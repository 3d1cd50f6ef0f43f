#include "store/postgres/change_rows.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Rows;
using types::Change;
using types::TaskState;

namespace {

std::optional<TaskState> read_state(const Rows& rows, int row, int column)
{
    const auto stored = rows.find<std::string>(row, column);
    return stored ? std::optional{types::state_from_stored(*stored)} : std::nullopt;
}

std::optional<std::string> stored(const std::optional<TaskState>& state)
{
    return state ? std::optional{types::to_stored(*state)} : std::nullopt;
}

}  // namespace

Change read_change(const Rows& rows, int row, int column)
{
    Change change;
    change.seq = rows.get<std::int64_t>(row, column++);
    change.changeset_id = rows.get<std::int64_t>(row, column++);
    change.at = rows.get<base::Instant>(row, column++);
    change.kind = static_cast<types::ChangeKind>(rows.get<std::int16_t>(row, column++));
    change.task_id = rows.get<base::Uuid>(row, column++);
    change.task_number = rows.get<std::int64_t>(row, column++);
    change.version = rows.get<std::int64_t>(row, column++);
    change.before = read_state(rows, row, column++);
    change.after = read_state(rows, row, column++);
    change.origin = types::origin_from_stored(rows.get<std::string>(row, column++));
    change.undoes = rows.find<std::int64_t>(row, column++);
    change.previous = rows.get<std::int64_t>(row, column);
    return change;
}

std::vector<Change> read_changes(const Rows& rows)
{
    std::vector<Change> changes;
    changes.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row)
        changes.push_back(read_change(rows, row, 0));
    return changes;
}

Command insert_changes(const std::vector<NewChange>& changes)
{
    Command command{
        .sql =
            "INSERT INTO changes (user_id, seq, changeset_id, at, kind, task_id, task_number,"
            " version, before, after, origin, undoes, previous)"
            " SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::timestamptz[],"
            " $5::int2[], $6::uuid[], $7::int8[], $8::int8[], $9::text[], $10::text[],"
            " $11::text[], $12::int8[], $13::int8[])",
        .name = "insert_changes"};
    auto& to = command.parameters;
    to.add_array(changes, [](const NewChange& each) { return each.user_id; });
    to.add_array(changes, [](const NewChange& each) { return each.change->seq; });
    to.add_array(changes, [](const NewChange& each) { return each.change->changeset_id; });
    to.add_array(changes, [](const NewChange& each) { return each.change->at; });
    to.add_array(changes, [](const NewChange& each) {
        return static_cast<std::int16_t>(each.change->kind);
    });
    to.add_array(changes, [](const NewChange& each) { return each.change->task_id; });
    to.add_array(changes, [](const NewChange& each) { return each.change->task_number; });
    to.add_array(changes, [](const NewChange& each) { return each.change->version; });
    to.add_array(changes, [](const NewChange& each) { return stored(each.change->before); });
    to.add_array(changes, [](const NewChange& each) { return stored(each.change->after); });
    to.add_array(changes,
                 [](const NewChange& each) { return types::to_stored(each.change->origin); });
    to.add_array(changes, [](const NewChange& each) { return each.change->undoes; });
    to.add_array(changes, [](const NewChange& each) { return each.change->previous; });
    return command;
}

}  // namespace todod::store::postgres

#include "base/text.hpp"
#include "store/idempotency.hpp"
#include "store/postgres/change_rows.hpp"
#include "store/postgres/ledgers.hpp"
#include "store/postgres/task_rows.hpp"
#include "store/postgres/task_terms.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using types::Task;

namespace {

/// An entry, and whose.
struct Stored {
    std::string_view user_id;
    const LedgerEntry* entry;

    const Task* task() const noexcept { return &entry->task; }
};
using Entries = std::vector<Stored>;

template <class Predicate>
Entries entries_where(const std::vector<const TaskLedger*>& ledgers, Predicate predicate)
{
    Entries entries;
    for (const TaskLedger* const ledger : ledgers) {
        for (const auto& [number, entry] : ledger->entries()) {
            if (predicate(entry)) entries.push_back({ledger->user_id(), &entry});
        }
    }
    return entries;
}

/// $1 and $2.
void add_keys(db::postgres::Parameters& to, const Entries& entries)
{
    to.add_array(entries, [](const Stored& each) { return each.user_id; });
    to.add_array(entries, [](const Stored& each) { return each.task()->number; });
}

/// $1 to $10: which tasks, and their state.
void add_states(db::postgres::Parameters& to, const Entries& entries)
{
    add_keys(to, entries);
    to.add_array(entries,
                 [](auto& each) { return static_cast<std::int16_t>(each.task()->status); });
    to.add_array(entries,
                 [](auto& each) { return static_cast<std::int16_t>(each.task()->priority); });
    to.add_array(entries, [](auto& each) { return due_at(each.task()); });
    to.add_array(entries, [](auto& each) { return due_whole_day(each.task()); });
    to.add_array(entries, [](auto& each) { return each.task()->updated_at; });
    to.add_array(entries, [](auto& each) { return each.task()->completed_at; });
    to.add_array(entries, [](auto& each) { return each.task()->version; });
    to.add_array(entries, [](auto& each) { return each.entry->last_change; });
}

/// $11 to $15: what they say.
void add_words(db::postgres::Parameters& to, const Entries& entries)
{
    to.add_array(entries, [](auto& each) -> auto& { return each.task()->title; });
    to.add_array(entries, [](auto& each) { return base::fold_case(each.task()->title); });
    to.add_array(entries, [](auto& each) -> auto& { return each.task()->description; });
    to.add_array(entries, [](auto& each) { return terms_of(*each.task()); });
    to.add_array(entries, [](auto& each) { return tags(each.task()); });
}

/// Leaves alone what has an index of words.
Command store_states(const Entries& entries)
{
    Command command{
        .sql =
            "UPDATE tasks SET status = r.status, priority = r.priority, due_at = r.due_at,"
            " due_whole_day = r.due_whole_day, updated_at = r.updated_at,"
            " completed_at = r.completed_at, version = r.version, last_change = r.last_change"
            " FROM unnest($1::text[], $2::int8[], $3::int2[], $4::int2[], $5::timestamptz[],"
            " $6::bool[], $7::timestamptz[], $8::timestamptz[], $9::int8[], $10::int8[])"
            " AS r(user_id, number, status, priority, due_at, due_whole_day, updated_at,"
            " completed_at, version, last_change)"
            " WHERE tasks.user_id = r.user_id AND tasks.number = r.number",
        .name = name_for(entries.size(), "store_states")};
    add_states(command.parameters, entries);
    return command;
}

Command store_tasks(const Entries& entries)
{
    Command command{
        .sql =
            "UPDATE tasks SET status = r.status, priority = r.priority, due_at = r.due_at,"
            " due_whole_day = r.due_whole_day, updated_at = r.updated_at,"
            " completed_at = r.completed_at, version = r.version, last_change = r.last_change,"
            " title = r.title, title_folded = r.title_folded, description = r.description,"
            " terms = r.terms, tags = r.tags"
            " FROM unnest($1::text[], $2::int8[], $3::int2[], $4::int2[], $5::timestamptz[],"
            " $6::bool[], $7::timestamptz[], $8::timestamptz[], $9::int8[], $10::int8[],"
            " $11::text[], $12::text[], $13::text[], $14::tsvector[], $15::json[])"
            " AS r(user_id, number, status, priority, due_at, due_whole_day, updated_at,"
            " completed_at, version, last_change, title, title_folded, description, terms, tags)"
            " WHERE tasks.user_id = r.user_id AND tasks.number = r.number",
        .name = name_for(entries.size(), "store_tasks")};
    add_states(command.parameters, entries);
    add_words(command.parameters, entries);
    return command;
}

Command insert_tasks(const Entries& entries)
{
    Command command{
        .sql =
            "INSERT INTO tasks (user_id, number, status, priority, due_at, due_whole_day,"
            " updated_at, completed_at, version, last_change, title, title_folded, description,"
            " terms, tags, id, created_at)"
            " SELECT * FROM unnest($1::text[], $2::int8[], $3::int2[], $4::int2[],"
            " $5::timestamptz[], $6::bool[], $7::timestamptz[], $8::timestamptz[], $9::int8[],"
            " $10::int8[], $11::text[], $12::text[], $13::text[], $14::tsvector[], $15::json[],"
            " $16::uuid[], $17::timestamptz[])",
        .name = "insert_tasks"};
    auto& to = command.parameters;
    add_states(to, entries);
    add_words(to, entries);
    to.add_array(entries, [](auto& each) { return each.task()->id; });
    to.add_array(entries, [](auto& each) { return each.task()->created_at; });
    return command;
}

Command delete_tasks(const Entries& entries)
{
    Command command{.sql =
                        "DELETE FROM tasks USING unnest($1::text[], $2::int8[])"
                        " AS r(user_id, number)"
                        " WHERE tasks.user_id = r.user_id AND tasks.number = r.number",
                    .name = name_for(entries.size(), "delete_tasks")};
    add_keys(command.parameters, entries);
    return command;
}

Command delete_trash(const Entries& entries)
{
    Command command{.sql =
                        "DELETE FROM trash USING unnest($1::text[], $2::int8[])"
                        " AS r(user_id, number)"
                        " WHERE trash.user_id = r.user_id AND trash.number = r.number",
                    .name = name_for(entries.size(), "delete_trash")};
    add_keys(command.parameters, entries);
    return command;
}

Command insert_trash(const Entries& entries)
{
    Command command{.sql =
                        "INSERT INTO trash (user_id, number, id, task, deleted_at, last_change)"
                        " SELECT * FROM unnest($1::text[], $2::int8[], $3::uuid[], $4::text[],"
                        " $5::timestamptz[], $6::int8[])",
                    .name = "insert_trash"};
    auto& to = command.parameters;
    add_keys(to, entries);
    to.add_array(entries, [](auto& each) { return each.task()->id; });
    to.add_array(entries, [](auto& each) { return to_answer(*each.task()); });
    to.add_array(entries, [](auto& each) { return each.entry->deleted_at; });
    to.add_array(entries, [](auto& each) { return each.entry->last_change; });
    return command;
}

Command count_users(const std::vector<const TaskLedger*>& ledgers)
{
    Command command{.sql =
                        "UPDATE users SET last_number = r.last_number,"
                        " last_change = r.last_change, task_count = task_count + r.added"
                        " FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[])"
                        " AS r(user_id, last_number, last_change, added)"
                        " WHERE users.user_id = r.user_id",
                    .name = "count_ledger_users"};
    auto& to = command.parameters;
    to.add_array(ledgers, [](auto* ledger) -> auto& { return ledger->user_id(); });
    to.add_array(ledgers, [](auto* ledger) { return ledger->last_number(); });
    to.add_array(ledgers, [](auto* ledger) { return ledger->last_change(); });
    to.add_array(ledgers, [](auto* ledger) { return ledger->count_added(); });
    return command;
}

std::vector<NewChange> log_of(const std::vector<const TaskLedger*>& ledgers)
{
    std::vector<NewChange> log;
    for (const TaskLedger* const ledger : ledgers) {
        for (const types::Change& change : ledger->log())
            log.push_back({ledger->user_id(), &change});
    }
    return log;
}

}  // namespace

void add_store_ledgers(std::vector<Command>& commands,
                       const std::vector<const TaskLedger*>& ledgers)
{
    using enum TaskPlace;
    const auto add = [&](auto predicate, auto store) {
        const Entries found = entries_where(ledgers, predicate);
        if (!found.empty()) commands.push_back(store(found));
    };
    // What goes goes first: what comes may have its id.
    add([](auto& each) { return each.stored_place == tasks && each.place != tasks; }, delete_tasks);
    add([](auto& each) { return each.stored_place == trash && each.is_changed; }, delete_trash);
    add([](auto& each) { return each.stored_place != tasks && each.place == tasks; }, insert_tasks);
    const auto stays = [](auto& each) {
        return each.stored_place == tasks && each.place == tasks && each.is_changed;
    };
    add([&](auto& each) { return stays(each) && !each.is_rewritten; }, store_states);
    add([&](auto& each) { return stays(each) && each.is_rewritten; }, store_tasks);
    add([](auto& each) { return each.place == trash && each.is_changed; }, insert_trash);
    const std::vector<NewChange> log = log_of(ledgers);
    if (log.empty()) return;
    commands.push_back(insert_changes(log));
    commands.push_back(count_users(ledgers));
}

}  // namespace todod::store::postgres

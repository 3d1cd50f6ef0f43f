#include "store/postgres/task_writes.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/postgres/ledgers.hpp"
#include "store/postgres/task_terms.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Pool;

namespace {

std::size_t place_of(const std::vector<std::string_view>& users, std::string_view user_id)
{
    return static_cast<std::size_t>(std::ranges::lower_bound(users, user_id) - users.begin());
}

LedgerRequest request_of(const std::vector<WriteTasks*>& batch)
{
    LedgerRequest request{.users = users_of(batch)};
    request.named.resize(request.users.size());
    for (const WriteTasks* const each : batch)
        add_named(request.named[place_of(request.users, each->user_id)], each->request.writes);
    return request;
}

void apply(WriteTasks& request, std::optional<LockedLedger>& locked)
{
    request.is_unconfirmed =
        request.generation && (!locked || locked->generation != *request.generation);
    if (request.is_unconfirmed) return;
    request.outcome =
        locked ? locked->ledger.write(request.request, request.origin, request.changeset_id)
               : refuse_without_account(request.request);
}

std::vector<Command> store_commands(const std::vector<std::optional<LockedLedger>>& ledgers)
{
    std::vector<const TaskLedger*> held;
    for (const auto& locked : ledgers) {
        if (locked) held.push_back(&locked->ledger);
    }
    std::vector<Command> commands;
    add_store_ledgers(commands, held);
    commands.push_back({.sql = "COMMIT"});
    return commands;
}

}  // namespace

void prepare(CreateTask& request)
{
    request.title_folded = base::fold_case(request.task.title);
    request.terms = terms_of(request.task);
    request.state = types::to_stored(types::state_of(request.task));
}

base::Async<void> write_tasks(Pool& pool, std::vector<WriteTasks*> batch)
{
    const LedgerRequest request = request_of(batch);
    const db::postgres::Lease lease = co_await pool.lease();
    auto ledgers = read_ledgers(co_await lease->run(load_ledgers(request)), request);
    std::vector<std::optional<std::int64_t>> sets;
    sets.reserve(batch.size());
    for (const WriteTasks* const each : batch)
        sets.push_back(each->changeset_id);
    std::exception_ptr failure;
    try {
        for (WriteTasks* const each : batch)
            apply(*each, ledgers[place_of(request.users, each->user_id)]);
        co_await lease->run(store_commands(ledgers));
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) co_return;
    // They may be tried again, from the start.
    for (std::size_t i = 0; i < batch.size(); ++i)
        batch[i]->changeset_id = sets[i];
    std::rethrow_exception(failure);
}

}  // namespace todod::store::postgres

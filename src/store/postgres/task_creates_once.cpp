#include <map>
#include <set>
#include <utility>

#include "store/postgres/kept_answers.hpp"
#include "store/postgres/task_inserts.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Pool;
using db::postgres::Rows;

namespace {

using Batch = std::vector<CreateTaskOnce*>;

/// What is known of a batch once the rows of its users are locked, so that it stays so.
struct Locked {
    struct User {
        std::int64_t generation = 0;
        std::int64_t last_number = 0;
    };

    std::map<std::string_view, User> users;
    std::vector<std::optional<KeptAnswer>> kept;            ///< by place
    std::set<std::pair<std::string_view, base::Uuid>> ids;  ///< that are there already
    /// Those of the batch that are made, by user and key.
    std::map<std::pair<std::string_view, std::string_view>, const CreateTaskOnce*> first{};
};

Command lock_owners(const std::vector<TaskOwner>& owners)
{
    Command command{.sql =
                        "SELECT r.place, u.generation, u.last_number FROM unnest($1::text[])"
                        " WITH ORDINALITY AS r(user_id, place) CROSS JOIN LATERAL"
                        " (SELECT generation, last_number FROM users u"
                        " WHERE u.user_id = r.user_id FOR NO KEY UPDATE) u",
                    .name = "lock_owners"};
    command.parameters.add_array(owners, [](const TaskOwner& owner) { return owner.user_id; });
    return command;
}

/// Reads each in a statement of its own that begins when the rows are locked: it sees what whoever
/// had them before has committed.
base::Async<Locked> lock_and_look(db::postgres::Connection& connection, const Batch& sorted)
{
    const CreateBatch creates{sorted.begin(), sorted.end()};
    const std::vector<TaskOwner> owners = owners_of(creates);
    std::vector<KeyedRequest> requests;
    for (const CreateTaskOnce* const each : sorted)
        requests.push_back({each->task.user_id, &each->idempotency});
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back(lock_owners(owners));
    commands.push_back(find_answers(requests));
    commands.push_back(find_stored_ids(creates));
    const std::vector<Rows> rows = co_await connection.run(std::move(commands));

    Locked locked;
    for (int row = 0; row < rows[1].size(); ++row) {
        const auto place = static_cast<std::size_t>(rows[1].get<std::int64_t>(row, 0));
        locked.users[owners[place - 1].user_id] = {rows[1].get<std::int64_t>(row, 1),
                                                   rows[1].get<std::int64_t>(row, 2)};
    }
    locked.kept = read_answers(rows[2], sorted.size());
    for (int row = 0; row < rows[3].size(); ++row) {
        const auto place = static_cast<std::size_t>(rows[3].get<std::int64_t>(row, 0));
        const types::Task& task = sorted[place - 1]->task;
        locked.ids.emplace(task.user_id, task.id);
    }
    co_return locked;
}

/// What was made for the same key, by a request before or by another of the batch.
std::optional<types::Task> find_first(const CreateTaskOnce& request, const Locked& locked,
                                      const std::optional<KeptAnswer>& kept)
{
    const Idempotency& asked = request.idempotency;
    if (kept && kept->created_at > last_expired(asked.now)) {
        check_fingerprint(asked, kept->fingerprint);
        return task_of(kept->answer);
    }
    const auto found = locked.first.find({request.task.user_id, asked.key});
    if (found == locked.first.end()) return std::nullopt;
    check_fingerprint(asked, found->second->idempotency.fingerprint);
    return found->second->task;
}

/// Whether a task is to be made. Where not, the request has what it is to be answered.
bool accept(CreateTaskOnce& request, Locked& locked, const std::optional<KeptAnswer>& kept)
{
    using base::ErrorCode;
    const std::string_view user_id = request.task.user_id;
    request.first.reset();
    const auto user = locked.users.find(user_id);
    const bool is_there = user != locked.users.end();
    request.is_unconfirmed =
        request.generation && (!is_there || user->second.generation != *request.generation);
    if (request.is_unconfirmed) return false;
    if (!is_there) {
        refuse(request, ErrorCode::unauthorized, "The account has been deleted.");
        return false;
    }
    try {
        request.first = find_first(request, locked, kept);
    } catch (const base::Error&) {
        request.failure = std::current_exception();
        return false;
    }
    if (request.first) return false;
    if (!locked.ids.emplace(user_id, request.task.id).second) {
        refuse_id(request);
        return false;
    }
    request.task.number = ++user->second.last_number;
    locked.first.emplace(std::pair{user_id, std::string_view{request.idempotency.key}}, &request);
    return true;
}

}  // namespace

base::Async<void> create_tasks_once(Pool& pool, Batch batch)
{
    sort_by_user(batch);
    const db::postgres::Lease lease = co_await pool.lease();
    Locked locked = co_await lock_and_look(*lease, batch);
    CreateBatch creates;
    std::vector<AnswerToKeep> answers;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        CreateTaskOnce& request = *batch[i];
        if (!accept(request, locked, locked.kept[i])) continue;
        creates.push_back(&request);
        answers.push_back({.to = {request.task.user_id, &request.idempotency},
                           .answer = to_answer(request.task),
                           .replaces = locked.kept[i].has_value()});
    }

    const std::vector<TaskOwner> owners = owners_of(creates);
    std::vector<Command> commands;
    if (!creates.empty()) {
        commands.push_back(insert_tasks(creates, owners));
        add_keep_answers(commands, answers);
    }
    commands.push_back({.sql = "COMMIT"});
    const std::vector<Rows> rows = co_await lease->run(std::move(commands));
    if (!creates.empty()) number_tasks(rows.front(), creates, owners);
}

}  // namespace todod::store::postgres

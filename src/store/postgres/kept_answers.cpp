#include "store/postgres/kept_answers.hpp"

#include <map>

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Json;
using db::postgres::Parameters;
using db::postgres::Rows;

namespace {

/// What one sweep's step forgets at most: of how many users, and how much of all of them.
constexpr std::int64_t swept_users = 100;
constexpr std::int64_t swept_answers = 1000;

/// $1 to $3: the primary keys.
template <class Items, class Get>
void add_keys(Parameters& to, const Items& items, Get request_of)
{
    to.add_array(items, [&](const auto& each) { return request_of(each).user_id; });
    to.add_array(items, [&](const auto& each) { return request_of(each).request->operation; });
    to.add_array(items, [&](const auto& each) -> auto& { return request_of(each).request->key; });
}

/// Of each user a few of the oldest. What another deletes at the moment is left to it: to wait for
/// several rows in another's order would be a deadlock.
Command forget_on_the_way(const std::vector<AnswerToKeep>& answers)
{
    std::map<std::string_view, base::Instant> users;
    for (const auto& [to, answer, replaces] : answers)
        users.emplace(to.user_id, last_expired(to.request->now));
    Command command{
        .sql =
            "DELETE FROM idempotency_keys k USING unnest($1::text[], $2::timestamptz[])"
            " AS r(user_id, until) CROSS JOIN LATERAL (SELECT o.user_id, o.operation, o.key"
            " FROM idempotency_keys o WHERE o.user_id = r.user_id AND o.created_at <= r.until"
            " ORDER BY o.created_at LIMIT 4 FOR UPDATE SKIP LOCKED) old"
            " WHERE k.user_id = old.user_id AND k.operation = old.operation AND k.key = old.key",
        .name = "forget_old_answers"};
    command.parameters.add_array(users, [](const auto& each) { return each.first; });
    command.parameters.add_array(users, [](const auto& each) { return each.second; });
    return command;
}

Command remove_replaced(const std::vector<KeyedRequest>& requests)
{
    Command command{.sql =
                        "DELETE FROM idempotency_keys k"
                        " USING unnest($1::text[], $2::text[], $3::text[])"
                        " AS r(user_id, operation, key) WHERE k.user_id = r.user_id"
                        " AND k.operation = r.operation AND k.key = r.key",
                    .name = "remove_replaced_answers"};
    add_keys(command.parameters, requests, [](const auto& each) -> auto& { return each; });
    return command;
}

Command insert(const std::vector<AnswerToKeep>& answers)
{
    Command command{.sql =
                        "INSERT INTO idempotency_keys"
                        " (user_id, operation, key, fingerprint, answer, created_at)"
                        " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],"
                        " $5::json[], $6::timestamptz[])",
                    .name = "keep_answers"};
    auto& parameters = command.parameters;
    add_keys(parameters, answers, [](const auto& each) -> auto& { return each.to; });
    parameters.add_array(answers,
                         [](const auto& each) -> auto& { return each.to.request->fingerprint; });
    parameters.add_array(answers, [](const auto& each) { return Json{each.answer}; });
    parameters.add_array(answers, [](const auto& each) { return each.to.request->now; });
    return command;
}

}  // namespace

Command find_answers(const std::vector<KeyedRequest>& requests)
{
    Command command{.sql =
                        "SELECT r.place, k.fingerprint, k.answer, k.created_at"
                        " FROM unnest($1::text[], $2::text[], $3::text[])"
                        " WITH ORDINALITY AS r(user_id, operation, key, place)"
                        " JOIN idempotency_keys k ON k.user_id = r.user_id"
                        " AND k.operation = r.operation AND k.key = r.key",
                    .name = "find_answers"};
    add_keys(command.parameters, requests, [](const auto& each) -> auto& { return each; });
    return command;
}

std::vector<std::optional<KeptAnswer>> read_answers(const Rows& rows, std::size_t count)
{
    std::vector<std::optional<KeptAnswer>> answers(count);
    for (int row = 0; row < rows.size(); ++row) {
        const auto place = static_cast<std::size_t>(rows.get<std::int64_t>(row, 0));
        answers[place - 1] = {.fingerprint = rows.get<std::string>(row, 1),
                              .answer = rows.get<Json>(row, 2).text,
                              .created_at = rows.get<base::Instant>(row, 3)};
    }
    return answers;
}

void add_keep_answers(std::vector<Command>& commands, const std::vector<AnswerToKeep>& answers)
{
    std::vector<KeyedRequest> replaced;
    for (const AnswerToKeep& each : answers) {
        if (each.replaces) replaced.push_back(each.to);
    }
    if (!replaced.empty()) commands.push_back(remove_replaced(replaced));
    commands.push_back(forget_on_the_way(answers));
    commands.push_back(insert(answers));
}

base::Async<std::optional<std::string>> forget_answers(db::postgres::Pool& pool, std::string after,
                                                       base::Instant until)
{
    // From user to user by the primary key: there is no index by age of everyone's.
    static constexpr std::string_view sql =
        "WITH RECURSIVE next(user_id, nth) AS ((SELECT k.user_id, 1::int8 FROM idempotency_keys k"
        " WHERE k.user_id > $1 ORDER BY k.user_id LIMIT 1) UNION ALL"
        " SELECT (SELECT k.user_id FROM idempotency_keys k WHERE k.user_id > n.user_id"
        " ORDER BY k.user_id LIMIT 1), n.nth + 1 FROM next n"
        " WHERE n.user_id IS NOT NULL AND n.nth < $3),"
        " old AS (SELECT n.user_id, o.operation, o.key FROM next n CROSS JOIN LATERAL"
        " (SELECT k.operation, k.key FROM idempotency_keys k WHERE k.user_id = n.user_id"
        " AND k.created_at <= $2 ORDER BY k.created_at LIMIT $4 FOR UPDATE SKIP LOCKED) o"
        " LIMIT $4),"
        " gone AS (DELETE FROM idempotency_keys k USING old WHERE k.user_id = old.user_id"
        " AND k.operation = old.operation AND k.key = old.key RETURNING 1)"
        " SELECT max(user_id), count(user_id), (SELECT count(*) FROM gone) FROM next";
    const db::postgres::Lease lease = co_await pool.lease();
    const Rows rows = co_await lease->run(
        {sql, Parameters::of(after, until, swept_users, swept_answers), "forget_answers"});
    if (rows.get<std::int64_t>(0, 2) == swept_answers) co_return after;  // there may be more
    if (rows.get<std::int64_t>(0, 1) < swept_users) co_return std::nullopt;
    co_return rows.get<std::string>(0, 0);
}

}  // namespace todod::store::postgres

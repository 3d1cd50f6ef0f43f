#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "store/postgres/task_terms.hpp"
#include "support/tasks.hpp"

namespace todod::store::postgres {

/// One of the users that `filling` takes.
inline std::string row_of(std::string_view user_id, int tasks)
{
    constexpr std::size_t prefix_size = 8;
    const auto terms = terms_of(testing::new_task(std::string{user_id}, "x"));
    return fmt::format("('{}', '{}', {})", user_id, terms.words.front().substr(0, prefix_size),
                       tasks);
}

/// What fills every table for `users`, rows of SQL (user_id, prefix of their terms, how many
/// tasks): so much that the server thinks of going through all of it.
inline std::string filling(std::string_view users)
{
    return fmt::format(
        "CREATE TEMP TABLE owners AS SELECT * FROM (VALUES {}) o(user_id, prefix, tasks);"
        " INSERT INTO users (user_id, last_number, task_count, created_at)"
        " SELECT user_id, tasks, tasks, now() FROM owners"
        " ON CONFLICT (user_id) DO UPDATE SET last_number = excluded.last_number,"
        " task_count = excluded.task_count;"
        " INSERT INTO tokens SELECT user_id, gen_random_uuid(), 'agent', 1, now() FROM owners;"
        " INSERT INTO token_hashes SELECT 'hash' || user_id, user_id, id FROM tokens;"
        " INSERT INTO user_emails SELECT user_id || '@example.org', user_id FROM owners;"
        " INSERT INTO idempotency_keys SELECT user_id, 'create_task', 'key' || n, "
        "'fingerprint',"
        " '{{}}', timestamptz '2026-11-20' + n * interval '1 minute'"
        " FROM owners, generate_series(1, 20) n;"
        " INSERT INTO deleted_users SELECT 'gone' || n, now() FROM generate_series(1, 1000) n;"
        " INSERT INTO api_keys SELECT user_id, 'openai', 'token', '****', null, null, null, "
        "null,"
        " now(), now() FROM owners;"
        " UPDATE users SET last_conversation = 20;"
        " INSERT INTO conversations SELECT user_id, n, 'About', 2, 4, now(), now()"
        " + n * interval '1 minute' FROM owners, generate_series(1, 20) n;"
        " INSERT INTO messages SELECT user_id, id, n, 'Hello', null, null, updated_at"
        " FROM conversations, generate_series(1, 4) n;"
        " INSERT INTO tasks (user_id, number, id, title, title_folded, status, priority, tags,"
        " due_at, due_whole_day, created_at, updated_at, version, terms)"
        " SELECT user_id, n, gen_random_uuid(), 'Task ' || n, 'task ' || n, n % 3, n % 4,"
        " json_build_array('home', 'tag' || n), CASE WHEN n % 2 = 0 THEN"
        " timestamptz '2026-11-01T00:00Z' + n * (CASE WHEN n % 4 = 0 THEN interval '24 hours'"
        " ELSE interval '1 minute' END) END,"
        " CASE WHEN n % 2 = 0 THEN n % 4 = 0 END, date_trunc('milliseconds', now()),"
        " date_trunc('milliseconds', now()), 1,"
        " array_to_tsvector(ARRAY[prefix || 'wtask', prefix || 'w' || n, prefix || 'thome',"
        " prefix || 'ttag' || n]) FROM owners, generate_series(1, tasks) n;"
        " UPDATE users SET last_change = last_number;"
        " INSERT INTO changes SELECT user_id, number, number - number % 10 + 1, created_at, 0,"
        " id, number, 1, null, '{{}}', '{{\"via\":\"rest\",\"is_service\":false}}', null, 0"
        " FROM tasks;"
        " UPDATE changes SET changeset_id = seq WHERE changeset_id > seq;"
        " INSERT INTO trash SELECT user_id, number + 100000, gen_random_uuid(), '{{}}',"
        " created_at, number FROM tasks WHERE number % 3 = 0;"
        " ANALYZE",
        users);
}

}  // namespace todod::store::postgres

#include "store/sqlite/task_words.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;

void prepare_task_words(Connection& connection)
{
    connection.script(
        "CREATE TEMP TABLE changed_words ("
        "  task_key INTEGER PRIMARY KEY, indexed INTEGER NOT NULL, title TEXT, description TEXT)");
}

void index_task_words(Connection& connection)
{
    {
        auto rows = connection.query("SELECT 1 FROM temp.changed_words LIMIT 1");
        if (!rows.step()) return;
    }
    connection.run(
        "INSERT INTO task_words (task_words, rowid, title, description)"
        " SELECT 'delete', task_key, title, description"
        " FROM temp.changed_words WHERE indexed ORDER BY task_key");
    // Tasks of every user on purpose: those that this batch has changed, named by their keys. CROSS
    // JOIN keeps SQLite from going through all tasks to get the order.
    connection.run(
        "INSERT INTO task_words (rowid, title, description)"
        " SELECT tasks.task_key, tasks.title, tasks.description"
        " FROM temp.changed_words CROSS JOIN tasks USING (task_key)"
        " ORDER BY changed_words.task_key");
    connection.run("DELETE FROM temp.changed_words");
}

void note_new_words(Connection& connection, std::int64_t task_key)
{
    connection.run("INSERT OR IGNORE INTO temp.changed_words (task_key, indexed) VALUES (?1, 0)",
                   {task_key});
}

void note_old_words(Connection& connection, std::int64_t task_key, std::string_view title,
                    const std::optional<std::string>& description)
{
    // The first note of a batch stands: it has what the index has.
    connection.run(
        "INSERT OR IGNORE INTO temp.changed_words (task_key, indexed, title, description)"
        " VALUES (?1, 1, ?2, ?3)",
        {task_key, title, description});
}

void note_words_of_task(Connection& connection, std::string_view user_id, std::int64_t task_key)
{
    connection.run(
        "INSERT OR IGNORE INTO temp.changed_words (task_key, indexed, title, description)"
        " SELECT task_key, 1, title, description FROM tasks"
        " WHERE task_key = ?2 AND user_key = (SELECT user_key FROM users WHERE user_id = ?1)",
        {user_id, task_key});
}

void note_words_of(Connection& connection, std::string_view user_id, std::int64_t limit)
{
    connection.run(
        "INSERT OR IGNORE INTO temp.changed_words (task_key, indexed, title, description)"
        " SELECT task_key, 1, title, description FROM tasks"
        " WHERE task_key BETWEEN (SELECT user_key << 32 FROM users WHERE user_id = ?1)"
        "   AND (SELECT (user_key << 32) + 4294967295 FROM users WHERE user_id = ?1)"
        " ORDER BY task_key LIMIT ?2",
        {user_id, limit});
}

}  // namespace todod::store::sqlite

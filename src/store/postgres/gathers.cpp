#include "store/postgres/gathers.hpp"

namespace todod::store::postgres {

namespace {

/// Each is asked alone, several at once.
constexpr db::postgres::GatherLimits single_reads{
    .max_batch = 1, .max_running = 4, .is_read = true};

/// How many writes go together at about most: all that one of them names is held in memory.
constexpr std::size_t max_written = 1000;

}  // namespace

Gathers::Gathers(db::postgres::Connector& connector, std::size_t lines, SessionTable table)
    : session_table(std::move(table)),
      find_session(session_statement(session_table)),
      line(connector, lines),
      writes(line.loop()),
      standings(line.reads(), find_standings),
      sessions(line.reads(), [this](auto batch) { return find_sessions(find_session, batch); }),
      tokens(line.reads(), find_tokens),
      finds(line.reads(), find_tasks),
      plain_lists(line.reads(), list_plain_tasks),
      lists(line.loop(), single_reads,
            [this](auto batch) { return list_tasks(line.pool(), *batch.front()); }),
      creates(line.loop(), {.mutex = &writes},
              [this](auto batch) { return create_tasks(line.pool(), std::move(batch)); }),
      creates_once(line.loop(), {.mutex = &writes},
                   [this](auto batch) { return create_tasks_once(line.pool(), std::move(batch)); }),
      completions(line.loop(), {.mutex = &writes},
                  [this](auto batch) { return complete_tasks(line.pool(), std::move(batch)); }),
      writes_of_tasks(line.loop(), {.max_rows = max_written, .mutex = &writes},
                      [this](auto batch) { return write_tasks(line.pool(), std::move(batch)); }),
      token_uses(line)
{
}

void Gathers::add_to(db::Activity& activity) const
{
    const auto add = [&activity](std::string_view kind, const auto& gather) {
        activity.batches.push_back(db::read(kind, gather.counters()));
    };
    add("standing", standings);
    add("session", sessions);
    add("token", tokens);
    add("find", finds);
    add("plain_list", plain_lists);
    add("list", lists);
    add("create", creates);
    add("create_once", creates_once);
    add("complete", completions);
    add("write", writes_of_tasks);
    activity.caches.push_back(db::read(pages.counters()));
    activity.pools.push_back(db::read(line.pool_counters()));
}

}  // namespace todod::store::postgres

#pragma once

#include "db/postgres/gather.hpp"
#include "db/postgres/line.hpp"
#include "store/postgres/page_cache.hpp"
#include "store/postgres/sessions.hpp"
#include "store/postgres/standings.hpp"
#include "store/postgres/task_list.hpp"
#include "store/postgres/task_reads.hpp"
#include "store/postgres/task_writes.hpp"
#include "store/postgres/token_grants.hpp"
#include "store/postgres/token_uses.hpp"

namespace todod::store::postgres {

/// What is asked of the database in sets, by kind, and the line it goes down. For any thread.
struct Gathers {
    Gathers(db::postgres::Connector& connector, std::size_t lines, SessionTable sessions);
    /// Nothing may be waited for any more.
    ~Gathers() { line.stop(); }
    Gathers(const Gathers&) = delete;
    Gathers& operator=(const Gathers&) = delete;

    /// From any thread.
    void add_to(db::Activity& activity) const;

    const SessionTable session_table;
    const std::string find_session;  ///< what is asked of it
    db::postgres::Line line;
    /// One batch of writes is under way at a time: those that wait make the next ones larger.
    base::AsyncMutex writes;
    db::postgres::ReadGather<FindStanding> standings;
    db::postgres::ReadGather<FindSession> sessions;
    db::postgres::ReadGather<FindToken> tokens;
    db::postgres::ReadGather<FindTask> finds;
    db::postgres::ReadGather<ListPlainTasks> plain_lists;
    db::postgres::Gather<ListTasks> lists;
    db::postgres::Gather<CreateTask> creates;
    db::postgres::Gather<CreateTaskOnce> creates_once;
    db::postgres::Gather<CompleteTask> completions;
    db::postgres::Gather<WriteTasks> writes_of_tasks;
    TokenUses token_uses;
    PageCache pages;
};

}  // namespace todod::store::postgres

#include "db/sqlite/reader.hpp"

#include "base/error.hpp"

namespace todod::db::sqlite {

namespace {

/// Runs `job`, and keeps what it throws for the one who waits for it.
void run_one(Job<Connection>& job, Connection& connection)
{
    try {
        connection.limit_time(Reader::max_time);
        job.run(connection);
    } catch (...) {
        job.failure = std::current_exception();
    }
    job.ran = true;
}

}  // namespace

Reader::Reader(const std::string& path, base::Loop& loop)
    : connection_(path, Connection::Mode::read_only), loop_(loop)
{
    connection_.script(
        "PRAGMA query_only = ON; PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY;");
}

void Reader::push(Job<Connection>& job)
{
    const bool first = waiting_.empty();
    if (!waiting_.push(job)) {
        counters_->refused.add();
        throw base::Error::unavailable("The database is busy.", std::chrono::seconds{1});
    }
    counters_->waiting.set(waiting_.size());
    if (first) loop_.post(job.waiting);
}

void Reader::collect(Job<Connection>& job)
{
    if (job.ran) return;
    ready_.clear();
    counters_->batches.add();
    counters_->requests.add(waiting_.size());
    try {
        Transaction snapshot{connection_, Transaction::Kind::deferred};
        while (Job<Connection>* const next = waiting_.pop()) {
            if (next != &job) ready_.push_back(next->waiting);
            run_one(*next, connection_);
        }
        snapshot.commit();
    } catch (...) {
        // BEGIN or COMMIT failed. What has run has its result; the rest fails with this.
        while (Job<Connection>* const next = waiting_.pop()) {
            if (next != &job) ready_.push_back(next->waiting);
            next->failure = std::current_exception();
            next->ran = true;
        }
    }
    counters_->waiting.set(waiting_.size());
    if (!ready_.empty()) loop_.post(std::span<const std::coroutine_handle<>>{ready_});
}

}  // namespace todod::db::sqlite

#include "db/sqlite/writer.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace todod::db::sqlite {

namespace {

/// There is no transaction to be had: that each waits for one again would help nobody.
void fail_all(std::span<Job<Connection>* const> jobs, const std::exception_ptr& failure)
{
    for (Job<Connection>* const job : jobs)
        job->failure = failure;
}

/// Fails those that have waited for too long, who came before all others; gives how many.
std::size_t fail_late(std::span<Job<Connection>* const> jobs)
{
    const auto oldest = std::chrono::steady_clock::now() - Writer::max_wait;
    const auto in_time = std::ranges::find_if(
        jobs, [oldest](const Job<Connection>* job) { return job->pushed >= oldest; });
    const auto late = static_cast<std::size_t>(in_time - jobs.begin());
    if (late > 0) {
        fail_all(jobs.first(late), std::make_exception_ptr(base::Error::unavailable(
                                       "The database is busy.", std::chrono::seconds{1})));
    }
    return late;
}

bool is_answer(base::ErrorCode code)
{
    return code != base::ErrorCode::internal && code != base::ErrorCode::unavailable;
}

}  // namespace

Writer::Writer(const std::string& path, std::function<void(Connection&)> prepare,
               BatchEnd batch_end)
    : connection_(path, Connection::Mode::read_write),
      batch_end_(std::move(batch_end)),
      checkpointer_(path)
{
    connection_.script(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -8192;");
    connection_.watch_log([this](int pages) { committed(pages); });
    prepare(connection_);
    thread_ = std::thread{[this] { serve(); }};
}

Writer::~Writer()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Writer::push(Job<Connection>& job)
{
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        first = waiting_.empty();
        job.pushed = std::chrono::steady_clock::now();
        if (stopping_ || !waiting_.push(job)) {
            counters_.refused.add();
            throw base::Error::unavailable("The database is busy.", std::chrono::seconds{1});
        }
        counters_.waiting.set(waiting_.size());
    }
    if (first) wake_.notify_one();
}

/// Waits for work; false when there will be none any more.
bool Writer::take(Batch& batch)
{
    batch.clear();
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    while (batch.size() < max_batch) {
        Job<Connection>* const job = waiting_.pop();
        if (job == nullptr) break;
        batch.push_back(job);
    }
    counters_.waiting.set(waiting_.size());
    return !batch.empty();
}

void Writer::serve()
{
    Batch batch;
    while (take(batch)) {
        run(batch);
        resume(batch);
    }
}

void Writer::run(Jobs jobs)
{
    try {
        const std::size_t late = fail_late(jobs);
        if (late > 0) counters_.refused.add(late);
        jobs = jobs.subspan(late);
        if (jobs.empty()) return;
        counters_.batches.add();
        counters_.requests.add(jobs.size());
        Transaction transaction{connection_, Transaction::Kind::immediate};
        if (run_together(jobs, transaction)) return;
    } catch (...) {
        fail_all(jobs, std::current_exception());
        return;
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (run_alone(*jobs[i])) continue;
        return fail_all(jobs.subspan(i), jobs[i]->failure);
    }
}

/// False when nothing of the batch must hold.
bool Writer::run_together(Jobs jobs, Transaction& transaction)
{
    try {
        for (Job<Connection>* const job : jobs) {
            job->failure = nullptr;
            const std::int64_t before = connection_.total_changes();
            try {
                job->run(connection_);
            } catch (const base::Error& error) {
                if (!is_answer(error.code()) || connection_.total_changes() != before) return false;
                job->failure = std::current_exception();
            }
        }
        batch_end_(connection_);
        transaction.commit();
        return true;
    } catch (...) {
        return false;
    }
}

/// False when there is no transaction to be had.
bool Writer::run_alone(Job<Connection>& job)
{
    job.failure = nullptr;
    bool begun = false;
    try {
        Transaction transaction{connection_, Transaction::Kind::immediate};
        begun = true;
        job.run(connection_);
        batch_end_(connection_);
        transaction.commit();
    } catch (...) {
        job.failure = std::current_exception();
    }
    return begun;
}

void Writer::committed(int pages)
{
    if (pages < checkpointed_pages_) checkpointed_pages_ = 0;  // the log has begun anew
    if (pages >= log_pages) {
        connection_.checkpoint();
    } else if (pages - checkpointed_pages_ >= checkpoint_pages) {
        checkpointed_pages_ = pages;
        checkpointer_.wake();
    }
}

/// Lets each go on on its own loop, with one post a loop; what has none, here.
void Writer::resume(const Batch& batch)
{
    std::vector<base::Loop*> loops;
    for (const Job<Connection>* const job : batch) {
        if (std::ranges::find(loops, job->loop) == loops.end()) loops.push_back(job->loop);
    }
    std::vector<std::vector<std::coroutine_handle<>>> ready(loops.size());
    for (const Job<Connection>* const job : batch) {
        const auto place = std::ranges::find(loops, job->loop) - loops.begin();
        ready[static_cast<std::size_t>(place)].push_back(job->waiting);
    }
    // From the first post on the jobs may be gone.
    for (std::size_t i = 0; i < loops.size(); ++i) {
        if (loops[i] != nullptr) {
            loops[i]->post(std::span<const std::coroutine_handle<>>{ready[i]});
            continue;
        }
        for (const std::coroutine_handle<> handle : ready[i])
            handle.resume();
    }
}

}  // namespace todod::db::sqlite

#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/loop.hpp"
#include "db/activity.hpp"
#include "db/job.hpp"
#include "db/sqlite/checkpointer.hpp"
#include "db/sqlite/connection.hpp"

namespace todod::db::sqlite {

/// The one writer of a database: a thread that takes everything that waits into one transaction
/// with one fsync (WAL, synchronous=FULL). Nothing waits for a timer: a lone write goes at once.
///
/// A job that throws `not_found`, `conflict` and the like must throw before it changes anything;
/// its neighbours go on. When a job fails otherwise, or one of these has changed something after
/// all, the whole batch is rolled back and its jobs run again, each in a transaction of its own.
/// When another process holds the database for too long, all fail with Error{unavailable}, and so
/// does what has waited for more than max_wait.
/// May be used from any thread; must outlive every write.
class Writer {
public:
    static constexpr std::size_t max_waiting = 10'000;
    static constexpr std::size_t max_batch = 512;
    /// A job whose batch begins later than this fails untried: who asked has given up by then.
    static constexpr std::chrono::seconds max_wait{10};
    /// New pages in the log, of 4 KiB, for which a checkpoint is asked for: 8 MiB.
    static constexpr int checkpoint_pages = 2000;
    /// Pages in the log at which the writer itself moves the rest, so that the log can begin anew
    /// under a load that never pauses: 64 MiB.
    static constexpr int log_pages = 16'000;

    /// Runs in each transaction after its jobs, for what is better done once a batch.
    using BatchEnd = std::function<void(Connection&)>;

    /// Opens the database, which must exist, and starts the thread. `prepare` runs once on the
    /// connection before the first batch.
    Writer(const std::string& path, std::function<void(Connection&)> prepare, BatchEnd batch_end);
    /// Finishes what waits.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Throws Error{unavailable} when max_waiting others wait. The job goes on on its loop once the
    /// transaction is durable.
    void push(Job<Connection>& job);

    /// For any thread.
    const BatchCounters& counters() const noexcept { return counters_; }

private:
    using Batch = std::vector<Job<Connection>*>;
    using Jobs = std::span<Job<Connection>* const>;

    void serve();
    bool take(Batch& batch);
    void run(Jobs jobs);
    bool run_together(Jobs jobs, Transaction& transaction);
    bool run_alone(Job<Connection>& job);
    void committed(int pages);
    static void resume(const Batch& batch);

    Connection connection_;
    BatchEnd batch_end_;
    Checkpointer checkpointer_;
    int checkpointed_pages_ = 0;  ///< in the log when a checkpoint was last asked for
    std::mutex mutex_;
    std::condition_variable wake_;
    JobQueue<Connection> waiting_{max_waiting};
    bool stopping_ = false;
    BatchCounters counters_;
    std::thread thread_;
};

/// The writer for what nobody waits for: it goes on on the writer's thread, which must not be kept.
class AsideWriter {
public:
    explicit AsideWriter(Writer& writer) : writer_(&writer) {}

    /// As LoopWriter's.
    template <class Work>
    auto write(Work work)
    {
        return Pending<AsideWriter, Connection, Work>{*this, std::move(work)};
    }

    void push(Job<Connection>& job) { writer_->push(job); }
    void collect(Job<Connection>&) const noexcept {}

private:
    Writer* writer_;
};

/// The writer as one I/O thread sees it: what it writes goes on on that thread's loop.
class LoopWriter {
public:
    LoopWriter(Writer& writer, base::Loop& loop) : writer_(writer), loop_(loop) {}

    /// `co_await writer.write([&](Connection&) { … })` gives what the function gives, once it is
    /// durable. The function may run more than once.
    template <class Work>
    auto write(Work work)
    {
        return Pending<LoopWriter, Connection, Work>{*this, std::move(work)};
    }

    void push(Job<Connection>& job)
    {
        job.loop = &loop_;
        writer_.push(job);
    }
    void collect(Job<Connection>&) const noexcept {}

    AsideWriter aside() const noexcept { return AsideWriter{writer_}; }

private:
    Writer& writer_;
    base::Loop& loop_;
};

}  // namespace todod::db::sqlite

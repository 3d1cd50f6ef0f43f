#pragma once

#include <chrono>
#include <coroutine>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "db/activity.hpp"
#include "db/job.hpp"
#include "db/sqlite/connection.hpp"

namespace todod::db::sqlite {

/// An I/O thread's own reading connection. All reads that wait when the loop comes round share
/// one snapshot, opened after the last of them arrived: a read sees every write that was answered
/// before it was asked for. The first of a batch is resumed by the loop and runs it for the others.
/// For its loop's thread only; must outlive every read.
class Reader {
public:
    static constexpr std::size_t max_waiting = 10'000;
    /// What one read may take of the I/O thread that it runs on.
    static constexpr std::chrono::seconds max_time{2};

    Reader(const std::string& path, base::Loop& loop);
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// `co_await reader.read([&](Connection&) { … })` gives what the function gives. Throws
    /// Error{unavailable} when max_waiting others wait.
    template <class Work>
    auto read(Work work)
    {
        return Pending<Reader, Connection, Work>{*this, std::move(work)};
    }

    void push(Job<Connection>& job);
    void collect(Job<Connection>& job);

    /// For any thread; what it has counted outlives the reader.
    std::shared_ptr<const BatchCounters> counters() const noexcept { return counters_; }

private:
    Connection connection_;
    base::Loop& loop_;
    JobQueue<Connection> waiting_{max_waiting};
    std::vector<std::coroutine_handle<>> ready_;
    const std::shared_ptr<BatchCounters> counters_ = std::make_shared<BatchCounters>();
};

}  // namespace todod::db::sqlite

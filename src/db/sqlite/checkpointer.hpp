#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "db/sqlite/connection.hpp"

namespace todod::db::sqlite {

/// Moves the pages of the log (WAL) into the database on a thread of its own, while the writer
/// goes on: a checkpoint takes as long as many commits, and no answer should wait for it. What it
/// cannot move it leaves for the next time.
class Checkpointer {
public:
    explicit Checkpointer(const std::string& path);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// Asks for a checkpoint. From any thread; returns at once.
    void wake();

private:
    void serve();

    Connection connection_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool asked_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace todod::db::sqlite

#include "db/sqlite/checkpointer.hpp"

namespace todod::db::sqlite {

Checkpointer::Checkpointer(const std::string& path)
    : connection_(path, Connection::Mode::read_write)
{
    connection_.script("PRAGMA synchronous = FULL;");
    thread_ = std::thread{[this] { serve(); }};
}

Checkpointer::~Checkpointer()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Checkpointer::wake()
{
    {
        const std::lock_guard lock{mutex_};
        if (asked_) return;
        asked_ = true;
    }
    wake_.notify_one();
}

void Checkpointer::serve()
{
    std::unique_lock lock{mutex_};
    for (;;) {
        wake_.wait(lock, [this] { return asked_ || stopping_; });
        if (stopping_) return;
        lock.unlock();
        connection_.checkpoint();
        lock.lock();
        // Only now: what is asked for meanwhile is asked for again after the next commits.
        asked_ = false;
    }
}

}  // namespace todod::db::sqlite

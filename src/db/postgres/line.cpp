#include "db/postgres/line.hpp"

namespace todod::db::postgres {

Line::Line(Connector& connector, std::size_t lines)
    : pool_(connector, lines, loop_),
      reads_(pool_, loop_),
      thread_([this] { loop_.run_until(is_stopped_); })
{
}

Line::~Line()
{
    stop();
}

void Line::stop()
{
    if (!thread_.joinable()) return;
    base::spawn(end());
    thread_.join();
}

base::Async<void> Line::end()
{
    co_await base::next_turn(loop_);
    is_stopping_ = true;
    is_stopped_ = aside_ == 0;
}

void Line::run_aside(base::Async<void> work)
{
    ++aside_;
    base::spawn(note_end_of(std::move(work)));
}

base::Async<void> Line::note_end_of(base::Async<void> work)
{
    co_await base::next_turn(loop_);
    co_await std::move(work);
    is_stopped_ = --aside_ == 0 && is_stopping_;
}

}  // namespace todod::db::postgres

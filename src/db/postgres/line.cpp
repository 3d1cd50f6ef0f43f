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
    is_stopped_ = true;
}

}  // namespace todod::db::postgres

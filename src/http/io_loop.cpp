#include "http/io_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace todod::http {

void IoLoop::post(std::span<const std::coroutine_handle<>> ready)
{
    if (ready.empty()) return;
    // Under the lock to the end: what is resumed may be the last that the loop was there for.
    const std::lock_guard lock{mutex_};
    const bool is_first = ready_.empty();
    ready_.insert(ready_.end(), ready.begin(), ready.end());
    if (is_first) boost::asio::post(io_, [this] { resume_all(); });
}

IoLoop::~IoLoop()
{
    const std::lock_guard whoever_posts_has_ended{mutex_};
}

void IoLoop::resume_all()
{
    {
        const std::lock_guard lock{mutex_};
        running_.swap(ready_);
    }
    for (const auto handle : running_)
        handle.resume();
    running_.clear();
}

}  // namespace todod::http

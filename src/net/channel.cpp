#include "net/channel.hpp"

#include <cassert>
#include <utility>

#include "net/http_stream.hpp"

namespace todod::net {

void Channel::begin(HttpResponse head)
{
    std::coroutine_handle<> waiting;
    {
        const std::lock_guard lock{mutex_};
        head_ = std::move(head);
        waiting = std::exchange(waiting_, {});
    }
    wake(waiting);
}

bool Channel::take(std::string piece)
{
    std::coroutine_handle<> waiting;
    bool has_room = true;
    {
        const std::lock_guard lock{mutex_};
        if (is_abandoned_) return true;
        bytes_ += piece;
        is_full_ = bytes_.size() >= HttpStream::max_waiting_bytes;
        has_room = !is_full_;
        waiting = std::exchange(waiting_, {});
    }
    wake(waiting);
    return has_room;
}

void Channel::end(std::exception_ptr failure)
{
    std::coroutine_handle<> waiting;
    {
        const std::lock_guard lock{mutex_};
        failure_ = std::move(failure);
        has_ended_ = true;
        waiting = std::exchange(waiting_, {});
    }
    wake(waiting);
}

/// Without the lock: from then on the caller may be gone.
void Channel::wake(std::coroutine_handle<> waiting)
{
    if (waiting) caller_.post(waiting);
}

bool Channel::wait(std::coroutine_handle<> waiting)
{
    const std::lock_guard lock{mutex_};
    if (head_ || !bytes_.empty() || has_ended_) return false;
    waiting_ = waiting;
    return true;
}

HttpResponse Channel::take_head()
{
    const std::lock_guard lock{mutex_};
    if (head_) return *std::exchange(head_, std::nullopt);
    assert(failure_);  // an exchange without an answer has failed
    std::rethrow_exception(failure_);
}

std::optional<std::string> Channel::take_piece()
{
    std::string piece;
    {
        const std::lock_guard lock{mutex_};
        if (bytes_.empty() && failure_) std::rethrow_exception(failure_);
        if (bytes_.empty()) return std::nullopt;
        piece = std::exchange(bytes_, {});
        if (!std::exchange(is_full_, false)) return piece;
    }
    post_([self = shared_from_this()] {
        if (const auto exchange = self->exchange_.lock()) exchange->go_on();
    });
    return piece;
}

void Channel::abandon()
{
    {
        const std::lock_guard lock{mutex_};
        is_abandoned_ = true;
        if (has_ended_) return;
    }
    post_([self = shared_from_this()] {
        if (const auto exchange = self->exchange_.lock()) exchange->let_go();
    });
}

}  // namespace todod::net

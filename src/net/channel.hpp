#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/loop.hpp"
#include "net/exchange.hpp"

namespace todod::net {

/// The way of an answer from the client's thread to the loop of a caller that reads it.
class Channel final : public Receiver, public std::enable_shared_from_this<Channel> {
public:
    using Post = std::function<void(std::function<void()>)>;

    /// `post` as Shared::post. `caller` must outlive whoever awaits next().
    Channel(base::Loop& caller, Post post) : caller_(caller), post_(std::move(post)) {}

    void follow(std::weak_ptr<Exchange> exchange) override { exchange_ = std::move(exchange); }
    void begin(HttpResponse head) override;
    bool take(std::string piece) override;
    void end(std::exception_ptr failure) override;

    /// What follows is for the caller. `co_await channel.next()` goes on when there is a head, then
    /// when there is a piece or the end.
    auto next() noexcept { return Next{*this}; }

    /// Throws what it ended with, where that comes first.
    HttpResponse take_head();

    /// All that has come; nothing at the end. Throws what it ended with.
    std::optional<std::string> take_piece();

    /// Nobody reads any more.
    void abandon();

private:
    struct Next {
        Channel& channel;

        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> waiting) const { return channel.wait(waiting); }
        void await_resume() const noexcept {}
    };

    /// False where there is something already.
    bool wait(std::coroutine_handle<> waiting);
    void wake(std::coroutine_handle<> waiting);

    base::Loop& caller_;
    const Post post_;
    std::weak_ptr<Exchange> exchange_;  ///< only of the client's thread
    std::mutex mutex_;                  ///< of what follows
    std::optional<HttpResponse> head_;
    std::string bytes_;
    std::exception_ptr failure_;
    bool has_ended_ = false;
    bool is_abandoned_ = false;
    bool is_full_ = false;  ///< the exchange waits for room
    std::coroutine_handle<> waiting_;
};

}  // namespace todod::net

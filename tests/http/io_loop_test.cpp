#include "http/io_loop.hpp"

#include <gmock/gmock.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "base/async.hpp"

namespace todod::http {

namespace {

struct Yield {
    base::Loop& loop;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) { loop.post(handle); }
    void await_resume() const noexcept {}
};

base::Async<void> note(base::Loop& loop, std::string& notes, char name)
{
    notes += name;
    for (int i = 0; i < 2; ++i) {
        co_await Yield{loop};
        notes += name;
    }
}

/// Keeps its handle for somebody else to post.
struct Kept {
    std::vector<std::coroutine_handle<>>& handles;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) { handles.push_back(handle); }
    void await_resume() const noexcept {}
};

base::Async<void> wait(std::vector<std::coroutine_handle<>>& handles, int& resumed,
                       std::thread::id& where)
{
    co_await Kept{handles};
    ++resumed;
    where = std::this_thread::get_id();
}

}  // namespace

TEST(IoLoop, resumes_in_order_and_never_before_post_returns)
{
    boost::asio::io_context io;
    IoLoop loop{io};
    std::string notes;
    base::spawn(note(loop, notes, 'a'));
    base::spawn(note(loop, notes, 'b'));
    EXPECT_EQ(notes, "ab");
    io.run();
    EXPECT_EQ(notes, "ababab");
}

TEST(IoLoop, resumes_what_other_threads_post_on_its_own)
{
    boost::asio::io_context io;
    IoLoop loop{io};
    auto work = boost::asio::make_work_guard(io);
    std::vector<std::coroutine_handle<>> handles;
    std::thread::id where;
    int resumed = 0;
    constexpr int count = 100;
    for (int i = 0; i < count; ++i)
        base::spawn(wait(handles, resumed, where));
    std::jthread other{[&] {
        loop.post(std::span<const std::coroutine_handle<>>{});
        loop.post(std::span{handles}.first(count / 2));
        for (const auto handle : std::span{handles}.subspan(count / 2))
            loop.post(handle);
        work.reset();
    }};
    io.run();
    EXPECT_EQ(resumed, count);
    EXPECT_EQ(where, std::this_thread::get_id());
}

}  // namespace todod::http

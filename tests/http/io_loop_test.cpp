#include "http/io_loop.hpp"

#include <gmock/gmock.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "base/async.hpp"
#include "support/ends.hpp"
#include "support/loop_contract.hpp"

namespace todod::http {

namespace {

class TestedIoLoop final : public testing::TestedLoop {
public:
    base::Loop& loop() override { return loop_; }
    void run_until(const bool& done) override
    {
        while (!done && io_.run_one() != 0) {
        }
        io_.restart();
    }

private:
    boost::asio::io_context io_;
    IoLoop loop_{io_};
};

base::Async<void> note(base::Loop& loop, std::string& notes, char name)
{
    notes += name;
    for (int i = 0; i < 2; ++i) {
        co_await base::next_turn(loop);
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

TEST(IoLoop, does_not_keep_running_for_what_waits_for_nothing)
{
    using std::chrono_literals::operator""ms;
    boost::asio::io_context io;
    IoLoop loop{io};
    const auto ends = testing::Ends::of_sockets();
    int calls = 0;
    const auto count = [&] { ++calls; };
    auto watch = loop.watch(ends.ours(), count, count);
    const auto timer = loop.timer(count);
    EXPECT_EQ(io.run(), 0);
    io.restart();
    watch->wait_writable();
    timer->start(1ms);
    io.run();
    EXPECT_EQ(calls, 2);
    io.restart();
    watch->wait_readable();
    timer->start(std::chrono::hours{1});
    watch.reset();
    timer->stop();
    io.run();
    EXPECT_EQ(calls, 2);
}

TEST(IoLoop, may_end_with_a_watch_and_a_timer_still_waiting)
{
    const auto ends = testing::Ends::of_sockets();
    const auto held = std::make_shared<int>();
    {
        boost::asio::io_context io;
        IoLoop loop{io};
        const auto watch = loop.watch(ends.ours(), [held] {}, [] {});
        const auto timer = loop.timer([held] {});
        watch->wait_readable();
        timer->start(std::chrono::hours{1});
        io.poll();
    }
    EXPECT_EQ(held.use_count(), 1);
}

}  // namespace todod::http

namespace todod::testing {

INSTANTIATE_TEST_SUITE_P(IoLoop, LoopContract, ::testing::Values([] {
                             return std::unique_ptr<TestedLoop>{
                                 std::make_unique<http::TestedIoLoop>()};
                         }));

}  // namespace todod::testing

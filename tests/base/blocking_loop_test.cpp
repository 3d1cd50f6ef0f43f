#include "base/blocking_loop.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "support/ends.hpp"
#include "support/loop_contract.hpp"
#include "support/threads.hpp"

namespace todod::base {

namespace {

using std::chrono_literals::operator""ms;

class TestedBlockingLoop final : public testing::TestedLoop {
public:
    Loop& loop() override { return loop_; }
    void run_until(const bool& done) override { loop_.run_until(done); }

private:
    BlockingLoop loop_;
};

/// Suspends, and another thread posts the coroutine after `time`.
struct PostedElsewhere {
    Loop& loop;
    std::jthread& thread;
    std::chrono::milliseconds time;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const
    {
        thread = std::jthread{[&to = loop, waiting, after = time] {
            if (after > 0ms) std::this_thread::sleep_for(after);
            to.post(waiting);
        }};
    }
    void await_resume() const noexcept {}
};

Async<std::thread::id> go_on(Loop& loop, std::jthread& thread, std::chrono::milliseconds time)
{
    co_await PostedElsewhere{loop, thread, time};
    co_return std::this_thread::get_id();
}

/// Keeps its handle for somebody else to post.
struct Kept {
    std::coroutine_handle<>& handle;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const { handle = waiting; }
    void await_resume() const noexcept {}
};

Async<> count(std::coroutine_handle<>& handle, int& resumed, bool& done, int all)
{
    co_await Kept{handle};
    done = ++resumed == all;
}

Async<> note(std::string& notes, Loop& loop, bool& done)
{
    for (const char step : {'1', '2', '3'}) {
        co_await next_turn(loop);
        notes += step;
        done = true;
    }
}

}  // namespace

TEST(BlockingLoop, is_woken_by_another_thread_that_posts)
{
    const auto ends = testing::Ends::of_sockets();
    for (const bool waits_for_others : {false, true}) {
        BlockingLoop loop;
        std::jthread thread;
        int calls = 0;
        const auto call = [&] { ++calls; };
        const auto watch = loop.watch(ends.ours(), call, call);
        const auto timer = loop.timer(call);
        if (waits_for_others) {
            watch->wait_readable();
            timer->start(std::chrono::hours{1});
        }
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(loop.run(go_on(loop, thread, 5ms)), std::this_thread::get_id());
        EXPECT_EQ(calls, 0);
    }
}

TEST(BlockingLoop, loses_nothing_that_many_threads_post)
{
    constexpr int threads = 4;
    constexpr int each = 500;
    BlockingLoop loop;
    std::vector<std::coroutine_handle<>> handles(threads * each);
    int resumed = 0;
    bool done = false;
    for (auto& handle : handles)
        spawn(count(handle, resumed, done, threads * each));
    std::jthread others{[&] {
        testing::on_threads(threads, [&](int index) {
            for (int i = 0; i < each; ++i) {
                loop.post(handles[static_cast<std::size_t>(index * each + i)]);
                if (i % 50 == 0) std::this_thread::sleep_for(1ms);
            }
        });
    }};
    loop.run_until(done);
    EXPECT_EQ(resumed, threads * each);
}

TEST(BlockingLoop, may_go_as_soon_as_what_another_thread_posted_has_run)
{
    for (int i = 0; i < 500; ++i) {
        std::jthread thread;
        BlockingLoop loop;
        EXPECT_EQ(loop.run(go_on(loop, thread, 0ms)), std::this_thread::get_id());
    }
}

TEST(BlockingLoop, keeps_what_is_ready_for_the_next_run)
{
    BlockingLoop loop;
    std::string notes;
    bool done = false;
    spawn(note(notes, loop, done));
    spawn(note(notes, loop, done));
    for (const char* expected : {"1", "11", "112", "1122", "11223", "112233"}) {
        done = false;
        loop.run_until(done);
        EXPECT_EQ(notes, expected);
    }
}

TEST(BlockingLoop, keeps_what_a_callback_leaves_for_the_next_run)
{
    BlockingLoop loop;
    std::string notes;
    bool done = false;
    const auto end = [&] {
        notes += '.';
        done = true;
    };
    const auto ends = testing::Ends::of_sockets();
    ends.send("x");
    const auto watch = loop.watch(ends.ours(), end, end);
    const auto timer = loop.timer(end);
    watch->wait_readable();
    watch->wait_writable();
    timer->start(0ms);
    for (const char* expected : {".", "..", "..."}) {
        done = false;
        loop.run_until(done);
        EXPECT_EQ(notes, expected);
    }
}

TEST(BlockingLoop, runs_inside_of_its_own_callback)
{
    BlockingLoop loop;
    std::string notes;
    bool done = false;
    const auto outer = loop.timer([&] {
        bool inner_done = false;
        const auto inner = loop.timer([&] { inner_done = true; });
        inner->start(1ms);
        loop.run_until(inner_done);
        notes += "inner";
        done = true;
    });
    outer->start(0ms);
    loop.run_until(done);
    EXPECT_EQ(notes, "inner");
}

}  // namespace todod::base

namespace todod::testing {

INSTANTIATE_TEST_SUITE_P(BlockingLoop, LoopContract, ::testing::Values([] {
                             return std::unique_ptr<TestedLoop>{
                                 std::make_unique<base::TestedBlockingLoop>()};
                         }));

}  // namespace todod::testing

#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "support/ends.hpp"

namespace todod::testing {

using std::chrono_literals::operator""ms;

/// A loop with whatever runs it.
class TestedLoop {
public:
    virtual ~TestedLoop() = default;
    virtual base::Loop& loop() = 0;
    virtual void run_until(const bool& done) = 0;
};

/// What every Loop must do. A test program includes this once for each kind and instantiates it.
class LoopContract : public ::testing::TestWithParam<std::unique_ptr<TestedLoop> (*)()> {
protected:
    base::Loop& loop() { return tested_->loop(); }
    void run_until(const bool& done) { tested_->run_until(done); }

    /// Runs for so long.
    void run_for(std::chrono::milliseconds time)
    {
        bool is_over = false;
        const auto timer = loop().timer([&] { is_over = true; });
        timer->start(time);
        run_until(is_over);
        EXPECT_TRUE(is_over);
    }

    /// Runs until this is noted, and then long enough for what must not come to come.
    void expect_notes(std::string_view expected)
    {
        constexpr int tries_max = 5'000;
        for (int i = 0; i < tries_max && notes_.size() < expected.size(); ++i)
            run_for(1ms);
        run_for(15ms);
        EXPECT_EQ(notes_, expected);
    }

    /// A watch that notes 'r' or 'w' when it calls.
    std::unique_ptr<base::Watch> note(int descriptor)
    {
        return loop().watch(descriptor, [this] { notes_ += 'r'; }, [this] { notes_ += 'w'; });
    }

    /// A timer that notes its name when it calls.
    std::unique_ptr<base::Timer> note_time(char name)
    {
        return loop().timer([this, name] { notes_ += name; });
    }

    /// A coroutine that never ceases to be ready, until `done`.
    static base::Async<void> keep_busy(base::Loop& loop, const bool& done)
    {
        while (!done)
            co_await base::next_turn(loop);
    }

    std::string notes_;

private:
    std::unique_ptr<TestedLoop> tested_ = GetParam()();
};

TEST_P(LoopContract, goes_on_with_a_coroutine_when_it_comes_round_again)
{
    const auto work = [](base::Loop& loop, std::string& notes, char name) -> base::Async<void> {
        notes += name;
        co_await base::next_turn(loop);
        notes += name;
    };
    base::spawn(work(loop(), notes_, 'a'));
    base::spawn(work(loop(), notes_, 'b'));
    EXPECT_EQ(notes_, "ab");
    expect_notes("abab");
}

TEST_P(LoopContract, calls_once_when_there_is_something_to_read)
{
    for (const bool sent_before : {true, false}) {
        notes_.clear();
        const auto ends = Ends::of_sockets();
        const auto watch = note(ends.ours());
        if (sent_before) ends.send("x");
        watch->wait_readable();
        if (!sent_before) expect_notes("");
        if (!sent_before) ends.send("x");
        expect_notes("r");
        ends.send("y");
        expect_notes("r");
        watch->wait_readable();
        expect_notes("rr");
    }
}

TEST_P(LoopContract, calls_once_when_there_is_room_to_write)
{
    const auto ends = Ends::of_sockets();
    const auto watch = note(ends.ours());
    watch->wait_writable();
    expect_notes("w");
    ends.fill();
    watch->wait_writable();
    expect_notes("w");
    ends.drain();
    expect_notes("ww");
}

TEST_P(LoopContract, calls_nothing_that_was_not_asked_for)
{
    const auto ends = Ends::of_sockets();
    const auto watch = note(ends.ours());
    ends.send("x");
    expect_notes("");
}

TEST_P(LoopContract, calls_once_however_often_it_was_asked)
{
    const auto ends = Ends::of_sockets();
    const auto watch = note(ends.ours());
    for (int i = 0; i < 3; ++i) {
        watch->wait_readable();
        watch->wait_writable();
    }
    expect_notes("w");
    ends.send("x");
    watch->wait_readable();
    expect_notes("wr");
}

TEST_P(LoopContract, takes_what_is_broken_for_ready)
{
    struct Case {
        const char* what;
        Ends ends;
        void (base::Watch::*wait)();
        std::string noted;
    };
    Case cases[] = {
        {"a socket to read", Ends::of_sockets(), &base::Watch::wait_readable, "r"},
        {"a socket to write", Ends::of_sockets(), &base::Watch::wait_writable, "w"},
        {"a pipe to read", Ends::of_pipe(true), &base::Watch::wait_readable, "r"},
        {"a pipe to write", Ends::of_pipe(false), &base::Watch::wait_writable, "w"},
    };
    for (auto& [what, ends, wait, noted] : cases) {
        SCOPED_TRACE(what);
        notes_.clear();
        if (noted == "w") ends.fill();
        const auto watch = note(ends.ours());
        (*watch.*wait)();
        expect_notes("");
        ends.hang_up();
        expect_notes(noted);
    }
}

TEST_P(LoopContract, calls_nothing_of_a_watch_that_was_destroyed_while_it_waited)
{
    const auto ends = Ends::of_sockets();
    ends.fill();
    auto watch = note(ends.ours());
    watch->wait_readable();
    watch->wait_writable();
    expect_notes("");
    watch.reset();
    ends.send("x");
    ends.drain();
    expect_notes("");
    EXPECT_EQ(ends.receive(1), "x") << "the descriptor is still open";
    watch = note(ends.ours());
    watch->wait_writable();
    expect_notes("w");
}

TEST_P(LoopContract, calls_only_the_first_of_two_ready_watches_that_destroys_both)
{
    const Ends ends[] = {Ends::of_sockets(), Ends::of_sockets()};
    std::unique_ptr<base::Watch> watches[2];
    for (int i = 0; i < 2; ++i) {
        const auto destroy_both = [&] {
            notes_ += '.';
            for (auto& watch : watches)
                watch.reset();
        };
        watches[i] = loop().watch(ends[i].ours(), destroy_both, destroy_both);
        ends[i].send("x");
        watches[i]->wait_readable();
        watches[i]->wait_writable();
    }
    expect_notes(".");
}

TEST_P(LoopContract, keeps_what_a_callback_holds_while_it_destroys_its_own_watch_or_timer)
{
    const auto ends = Ends::of_sockets();
    std::unique_ptr<base::Watch> watch;
    std::unique_ptr<base::Timer> timer;
    const auto held = std::make_shared<std::string>("held");
    watch = loop().watch(
        ends.ours(), [] {},
        [&, held] {
            watch.reset();
            notes_ += *held;
        });
    timer = loop().timer([&, held] {
        timer.reset();
        notes_ += *held;
    });
    watch->wait_writable();
    timer->start(1ms);
    expect_notes("heldheld");
    EXPECT_EQ(held.use_count(), 1);
}

TEST_P(LoopContract, can_be_asked_again_from_the_callback)
{
    const auto ends = Ends::of_sockets();
    ends.send("abc");
    std::unique_ptr<base::Watch> watch;
    watch = loop().watch(
        ends.ours(),
        [&] {
            notes_ += ends.receive(1);
            watch->wait_readable();
        },
        [] {});
    watch->wait_readable();
    expect_notes("abc");
    ends.send("d");
    expect_notes("abcd");
}

TEST_P(LoopContract, can_be_given_another_watch_and_timer_from_the_callback)
{
    const Ends ends[] = {Ends::of_sockets(), Ends::of_sockets()};
    std::unique_ptr<base::Watch> other;
    std::unique_ptr<base::Timer> timer;
    const auto watch = loop().watch(
        ends[0].ours(), [] {},
        [&] {
            other = note(ends[1].ours());
            other->wait_writable();
            timer = note_time('t');
            timer->start(5ms);
        });
    watch->wait_writable();
    expect_notes("wt");
}

TEST_P(LoopContract, serves_watches_and_timers_while_coroutines_never_cease_to_be_ready)
{
    const auto ends = Ends::of_sockets();
    bool done = false;
    base::spawn(keep_busy(loop(), done));
    const auto watch = note(ends.ours());
    watch->wait_writable();
    expect_notes("w");
    done = true;
    run_for(1ms);
}

TEST_P(LoopContract, calls_timers_in_the_order_they_are_due_and_not_before)
{
    const auto begin = std::chrono::steady_clock::now();
    std::chrono::steady_clock::duration taken{};
    const auto third = loop().timer([&] {
        notes_ += '3';
        taken = std::chrono::steady_clock::now() - begin;
    });
    const auto first = note_time('1');
    const auto second = note_time('2');
    third->start(15ms);
    first->start(0ms);
    second->start(8ms);
    EXPECT_EQ(notes_, "");
    expect_notes("123");
    EXPECT_GE(taken, 15ms);
}

TEST_P(LoopContract, calls_a_timer_that_is_started_anew_once_and_at_its_new_time)
{
    const auto timer = note_time('t');
    timer->start(1ms);
    timer->start(std::chrono::minutes{10});
    expect_notes("");
    timer->start(1ms);
    expect_notes("t");
    timer->start(1ms);
    expect_notes("tt");
}

TEST_P(LoopContract, calls_no_timer_that_is_stopped_destroyed_or_was_never_started)
{
    const auto never_started = note_time('n');
    const auto stopped = note_time('s');
    auto destroyed = note_time('d');
    never_started->stop();
    stopped->start(1ms);
    destroyed->start(1ms);
    stopped->stop();
    destroyed.reset();
    expect_notes("");
    stopped->start(1ms);
    expect_notes("s");
}

TEST_P(LoopContract, calls_no_timer_that_another_which_was_due_as_well_ended)
{
    const auto stopped = note_time('s');
    auto destroyed = note_time('d');
    const auto restarted = note_time('r');
    const auto first = loop().timer([&] {
        notes_ += '1';
        stopped->stop();
        destroyed.reset();
        restarted->start(std::chrono::seconds{1});
    });
    first->start(1ms);
    for (auto* later : {stopped.get(), destroyed.get(), restarted.get()})
        later->start(2ms);
    std::this_thread::sleep_for(5ms);
    expect_notes("1");
    expect_notes("1r");
}

TEST_P(LoopContract, can_start_a_timer_again_from_its_own_callback)
{
    std::unique_ptr<base::Timer> timer;
    timer = loop().timer([&] {
        notes_ += '.';
        if (notes_.size() < 3) timer->start(1ms);
    });
    timer->start(0ms);
    expect_notes("...");
}

}  // namespace todod::testing

#include "services/events.hpp"

#include <gmock/gmock.h>

#include "feed/waking_tasks.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/tasks.hpp"

namespace todod::services {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using testing::kinds_of;
using testing::new_task;

/// One who follows, and notes what there is to hear: "begin 3", "anew 3", "4".
class Follower final : public ChangeListener {
public:
    Follower(testing::TestLoop& loop, Events& events, FollowRequest request) : loop_(loop)
    {
        request.stopped = stop_.get_token();
        base::spawn(follow(events, std::move(request)));
    }
    ~Follower() override
    {
        leave();
        loop_.run_until(has_ended_);
    }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    base::Async<void> begin(std::int64_t seq) override
    {
        return note(fmt::format("begin {}", seq));
    }
    base::Async<void> begin_anew(std::int64_t seq) override
    {
        return note(fmt::format("anew {}", seq));
    }
    base::Async<void> hear(types::Change change) override
    {
        return note(fmt::format("{}", change.seq));
    }

    /// What it has heard, once it is so much or it has ended.
    const std::vector<std::string>& heard(std::size_t count)
    {
        wanted_ = count;
        is_reached_ = has_ended_ || heard_.size() >= wanted_;
        loop_.run_until(is_reached_);
        return heard_;
    }
    void wait_for_end() { loop_.run_until(has_ended_); }
    void leave() { stop_.request_stop(); }
    bool has_ended() const noexcept { return has_ended_; }
    void throw_failure() const
    {
        if (failure_) std::rethrow_exception(failure_);
    }

    bool is_deaf = false;

private:
    base::Async<void> note(std::string what)
    {
        if (is_deaf) throw base::Error{base::ErrorCode::unavailable, "The client has gone."};
        heard_.push_back(std::move(what));
        is_reached_ = heard_.size() >= wanted_;
        co_return;
    }

    base::Async<void> follow(Events& events, FollowRequest request)
    {
        try {
            co_await events.follow(std::move(request), *this);
        } catch (...) {
            failure_ = std::current_exception();
        }
        has_ended_ = is_reached_ = true;
    }

    testing::TestLoop& loop_;
    std::stop_source stop_;
    std::vector<std::string> heard_;
    std::exception_ptr failure_;
    std::size_t wanted_ = 0;
    bool is_reached_ = false;
    bool has_ended_ = false;
};

class EventsTest : public ::testing::Test, public testing::TestDatabase {
protected:
    EventsTest()
    {
        add_user("ada");
        add_user("bob");
    }

    EventSettings settings()
    {
        EventSettings settings;
        settings.check = [this](const FollowRequest&) -> base::Async<void> {
            ++checks;
            if (failure) throw base::Error{*failure, "no"};
            co_return;
        };
        settings.tick = std::chrono::milliseconds{1};
        settings.ticks_of_check = 5;
        settings.ticks_of_news_check = 2;
        return settings;
    }

    std::unique_ptr<Follower> follow(FollowRequest request)
    {
        auto follower = std::make_unique<Follower>(loop(), events, std::move(request));
        follower->heard(1);
        return follower;
    }
    std::unique_ptr<Follower> follow(std::optional<std::int64_t> since = {})
    {
        return follow({.user_id = "ada", .since = since});
    }

    void write(std::string user_id = "ada")
    {
        auto task = new_task(user_id, "Tea", clock().now());
        run(waking->create(std::move(user_id), std::move(task)));
    }
    void write_so_many(int count)
    {
        store::WriteRequest request{.now = clock().now()};
        for (int i = 0; i < count; ++i)
            request.writes.emplace_back(store::MakeTask{new_task("ada", "Tea", clock().now())});
        run(waking->write("ada", std::move(request)));
    }
    /// As what has grown too old is.
    void forget(std::int64_t until)
    {
        const std::string_view old = storage().is_remote()
                                         ? "user_id = 'ada' AND seq <= {}"
                                         : "change_key & 4294967295 <= {} AND user_key = "
                                           "(SELECT user_key FROM users WHERE user_id = 'ada')";
        execute("DELETE FROM changes WHERE " + fmt::format(fmt::runtime(old), until));
    }

    int checks = 0;
    std::optional<base::ErrorCode> failure;
    feed::Hub hub{{.of_user = 3, .in_all = 4}};
    base::Metrics metrics;
    const std::unique_ptr<store::Tasks> waking = feed::wake_after_writes(database().tasks(), hub);
    const std::unique_ptr<store::Changes> changes = database().changes();
    Events events{*changes, hub, loop(), metrics, settings()};
};

TEST_F(EventsTest, tell_what_is_written_from_now_on)
{
    write();
    const auto ada = follow();
    const auto bob = follow({.user_id = "bob"});
    write();
    write();
    write("bob");
    EXPECT_THAT(ada->heard(3), ElementsAre("begin 1", "2", "3"));
    EXPECT_THAT(bob->heard(2), ElementsAre("begin 0", "1"));
}

TEST_F(EventsTest, tell_first_what_was_written_since)
{
    write_so_many(3);
    EXPECT_THAT(follow(0)->heard(4), ElementsAre("begin 0", "1", "2", "3"));
    const auto later = follow(2);
    write();
    EXPECT_THAT(later->heard(3), ElementsAre("begin 2", "3", "4"));
    const auto at_the_end = follow(4);
    write();
    EXPECT_THAT(at_the_end->heard(2), ElementsAre("begin 4", "5"));
}

TEST_F(EventsTest, tell_more_than_is_read_at_once_in_its_order)
{
    write_so_many(250);
    const auto ada = follow(0);
    const auto& heard = ada->heard(251);
    for (std::size_t i = 1; i <= 250; ++i)
        ASSERT_EQ(heard.at(i), std::to_string(i));
    write();
    EXPECT_EQ(ada->heard(252).back(), "251");
}

TEST_F(EventsTest, say_where_the_log_does_not_go_back_so_far)
{
    write_so_many(5);
    forget(3);
    EXPECT_THAT(follow(2)->heard(1), ElementsAre("anew 5"));
    EXPECT_THAT(follow(3)->heard(3), ElementsAre("begin 3", "4", "5"));
    const auto ada = follow(0);
    write();
    EXPECT_THAT(ada->heard(2), ElementsAre("anew 5", "6"));
    forget(6);
    EXPECT_THAT(follow(6)->heard(1), ElementsAre("begin 6"));
    EXPECT_THAT(follow(5)->heard(1), ElementsAre("anew 6"));
}

TEST_F(EventsTest, refuse_to_begin_after_the_end)
{
    write();
    const auto beyond = follow(2);
    beyond->wait_for_end();
    const auto error = error_of([&] { beyond->throw_failure(); });
    EXPECT_THAT(kinds_of(error.violations()), ElementsAre("query.since too_large"));
    const auto back = follow({.user_id = "ada", .since = 2, .comes_back = true});
    EXPECT_THAT(back->heard(1), ElementsAre("anew 1")) << "the log is another one";
}

TEST_F(EventsTest, refuse_more_streams_than_there_may_be)
{
    std::vector<std::unique_ptr<Follower>> all;
    for (int i = 0; i < 3; ++i)
        all.push_back(follow());
    const auto too_many = follow();
    EXPECT_EQ(error_of([&] { too_many->throw_failure(); }).code(),
              base::ErrorCode::too_many_requests);
    const auto bob = follow({.user_id = "bob"});
    const auto no_room = follow({.user_id = "bob"});
    EXPECT_EQ(error_of([&] { no_room->throw_failure(); }).code(), base::ErrorCode::unavailable);
    all.pop_back();
    EXPECT_FALSE(follow()->has_ended());
}

TEST_F(EventsTest, end_when_the_credentials_do_not_hold_any_more)
{
    const auto ada = follow();
    failure = base::ErrorCode::unauthorized;
    ada->wait_for_end();
    EXPECT_NO_THROW(ada->throw_failure()) << "there is nothing wrong with that";
    EXPECT_THAT(ada->heard(1), ElementsAre("begin 0"));
}

TEST_F(EventsTest, tell_nothing_once_the_credentials_are_known_not_to_hold)
{
    Events slow{*changes, hub, loop(), metrics, [this] {
                    auto slowly = settings();
                    slowly.ticks_of_check = 1'000'000;
                    slowly.ticks_of_news_check = 0;
                    return slowly;
                }()};
    Follower ada{loop(), slow, {.user_id = "ada"}};
    ada.heard(1);
    failure = base::ErrorCode::unauthorized;
    write();
    ada.wait_for_end();
    EXPECT_THAT(ada.heard(1), ElementsAre("begin 0"));
}

TEST_F(EventsTest, go_on_while_nobody_can_say_whether_the_credentials_hold)
{
    const auto ada = follow();
    failure = base::ErrorCode::unavailable;
    const int before = checks;
    while (checks < before + 3)
        run([](base::Loop& on) -> base::Async<void> { co_await base::next_turn(on); }(loop()));
    EXPECT_FALSE(ada->has_ended());
    failure.reset();
    write();
    EXPECT_THAT(ada->heard(2), ElementsAre("begin 0", "1"));
}

TEST_F(EventsTest, end_with_the_account)
{
    const auto ada = follow();
    run(accounts().remove("ada", clock().now()));
    hub.wake(feed::key_of("ada"));
    ada->wait_for_end();
    EXPECT_NO_THROW(ada->throw_failure());
}

TEST_F(EventsTest, end_when_nobody_listens_and_when_the_process_stops)
{
    const auto left = follow();
    left->leave();
    left->wait_for_end();
    const auto deaf = follow();
    deaf->is_deaf = true;
    write();
    deaf->wait_for_end();
    EXPECT_EQ(error_of([&] { deaf->throw_failure(); }).code(), base::ErrorCode::unavailable);
    const auto ada = follow();
    EXPECT_FALSE(ada->has_ended());
    hub.stop();
    ada->wait_for_end();
    EXPECT_NO_THROW(ada->throw_failure());
    EXPECT_EQ(hub.streams(), 0U);
}

TEST_F(EventsTest, end_after_their_time)
{
    auto brief = settings();
    brief.ticks_of_stream = 20;
    Events short_ones{*changes, hub, loop(), metrics, brief};
    Follower ada{loop(), short_ones, {.user_id = "ada"}};
    ada.wait_for_end();
    EXPECT_NO_THROW(ada.throw_failure());
}

TEST_F(EventsTest, look_at_the_credentials_of_those_who_came_together_one_after_the_other)
{
    auto spread = settings();
    spread.ticks_of_spread = 1;
    spread.ticks_of_check = 3;
    Events together{*changes, hub, loop(), metrics, spread};
    Follower one{loop(), together, {.user_id = "ada"}};
    Follower two{loop(), together, {.user_id = "ada"}};
    Follower bob{loop(), together, {.user_id = "bob"}};
    const int before = checks;
    while (checks < before + 9)
        run([](base::Loop& on) -> base::Async<void> { co_await base::next_turn(on); }(loop()));
    EXPECT_FALSE(one.has_ended() || two.has_ended() || bob.has_ended());
}

TEST_F(EventsTest, are_counted)
{
    const auto value_of = [&](std::string_view name) {
        std::uint64_t value = 0;
        for (const auto& reading : metrics.read())
            value += reading.name == name ? reading.value : 0;
        return value;
    };
    {
        const auto ada = follow();
        write();
        ada->heard(2);
        EXPECT_EQ(value_of("todod_event_streams"), 1U);
        EXPECT_EQ(value_of("todod_events_sent_total"), 1U);
    }
    EXPECT_EQ(value_of("todod_event_streams"), 0U);
}

}  // namespace
}  // namespace todod::services

#include <gmock/gmock.h>

#include <atomic>

#include "base/error.hpp"
#include "support/conversations.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/shard.hpp"
#include "support/tasks.hpp"
#include "support/threads.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using std::chrono::minutes;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::run_as_one_batch;

constexpr minutes timeout{3};

/// What Ada and Bob say once, with a key.
class TurnsOnce : public ::testing::Test, public testing::TestConversations {
protected:
    TurnsOnce()
    {
        add_user("ada");
        add_user("bob");
    }

    Idempotency request(std::string key, const std::string& content)
    {
        return {.operation = "chat",
                .key = std::move(key),
                .fingerprint = "of " + content,
                .now = clock().now()};
    }

    NewTurn turn(std::string key, std::string content,
                 std::optional<std::int64_t> conversation_id = {})
    {
        NewTurn turn{.conversation_id = conversation_id,
                     .title = "title",
                     .content = content,
                     .now = clock().now(),
                     .timeout = timeout};
        turn.idempotency = request(std::move(key), content);
        return turn;
    }

    BegunTurn say(std::string key, std::string content,
                  std::optional<std::int64_t> conversation_id = {}, std::string user_id = "ada")
    {
        auto begun = run(conversations().begin_turn(
            std::move(user_id), turn(std::move(key), std::move(content), conversation_id)));
        return begun.value();
    }

    Turn begin_once(std::string key, std::string content,
                    std::optional<std::int64_t> conversation_id = {}, std::string user_id = "ada")
    {
        return std::get<Turn>(
            say(std::move(key), std::move(content), conversation_id, std::move(user_id)));
    }

    TurnEnd end_once(std::string key, std::string content, const Turn& turn,
                     std::string user_id = "ada")
    {
        TurnAnswer answer{.content = "re: " + content, .now = clock().now()};
        answer.idempotency = request(std::move(key), content);
        answer.kept = fmt::format(R"({{"response": "re: {}", "at":  1}})", content);
        return run(conversations().end_turn(std::move(user_id), turn.conversation_id, turn.position,
                                            std::move(answer)));
    }

    std::string replay(std::string key, std::string content, std::string user_id = "ada")
    {
        return std::get<ReplayedTurn>(
                   say(std::move(key), std::move(content), {}, std::move(user_id)))
            .answer;
    }
};

TEST_F(TurnsOnce, are_answered_again_as_they_were_and_store_nothing_more)
{
    const Turn turn = begin_once("key", "Hello");
    ASSERT_EQ(end_once("key", "Hello", turn), TurnEnd::stored);
    clock().advance(std::chrono::hours{1});
    EXPECT_EQ(replay("key", "Hello"), R"({"response": "re: Hello", "at":  1})");
    EXPECT_THAT(texts("ada"), ElementsAre("Hello", "re: Hello"));
    EXPECT_EQ(begin_once("another", "Hello").conversation_id, 2);
}

TEST_F(TurnsOnce, are_replayed_whatever_has_become_of_the_conversation)
{
    end_once("key", "Hello", begin_once("key", "Hello"));
    ASSERT_TRUE(run(conversations().remove("ada", 1)));
    EXPECT_THAT(replay("key", "Hello"), HasSubstr("re: Hello"));
    EXPECT_EQ(count("conversations"), "0");
}

TEST_F(TurnsOnce, refuse_another_message_under_the_key_answered_or_not)
{
    const Turn turn = begin_once("key", "Hello");
    for (const bool answered : {false, true}) {
        if (answered) end_once("key", "Hello", turn);
        const auto error = error_of([&] { say("key", "Good bye"); });
        EXPECT_EQ(error.code(), ErrorCode::invalid);
        EXPECT_THAT(testing::kinds_of(error.violations()),
                    ElementsAre("header.Idempotency-Key idempotency_key_reused"));
    }
    EXPECT_THAT(texts("ada"), ElementsAre("Hello", "re: Hello"));
}

TEST_F(TurnsOnce, wait_while_the_first_is_being_answered)
{
    const Turn turn = begin_once("key", "Hello");
    clock().advance(timeout - std::chrono::milliseconds{1});
    const auto error = error_of([&] { say("key", "Hello"); });
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_THAT(error.message(), HasSubstr("is being answered"));
    EXPECT_THAT(texts("ada"), ElementsAre("Hello"));
    end_once("key", "Hello", turn);
    EXPECT_THAT(replay("key", "Hello"), HasSubstr("re: Hello"));
}

TEST_F(TurnsOnce, are_taken_over_where_nobody_answers)
{
    talk("ada", "before");
    const Turn turn = begin_once("key", "Hello", 1);
    begin("ada", "after", 1);
    clock().advance(timeout);
    const Turn again = begin_once("key", "Hello", 1);
    EXPECT_EQ(again.conversation_id, 1);
    EXPECT_EQ(again.position, turn.position);
    EXPECT_THAT(testing::texts_of(again.history), ElementsAre("before", "re: before"));
    // It has its time from now on.
    clock().advance(timeout - std::chrono::milliseconds{1});
    EXPECT_EQ(error_of([&] { say("key", "Hello", 1); }).code(), ErrorCode::conflict);
    EXPECT_EQ(end_once("key", "Hello", again), TurnEnd::stored);
    EXPECT_THAT(texts("ada"), ElementsAre("before", "re: before", "Hello", "after", "re: Hello"));
    EXPECT_THAT(texts("ada", 1),
                ElementsAre("before", "re: before", "Hello", "re: Hello", "after"));
}

TEST_F(TurnsOnce, that_two_have_answered_after_all_keep_the_first_answer)
{
    const Turn slow = begin_once("key", "Hello");
    clock().advance(timeout);
    const Turn quick = begin_once("key", "Hello");
    EXPECT_EQ(end_once("key", "Hello", quick), TurnEnd::stored);
    TurnAnswer late{.content = "late", .now = clock().now(), .kept = "{}"};
    late.idempotency = request("key", "Hello");
    EXPECT_EQ(run(conversations().end_turn("ada", slow.conversation_id, slow.position, late)),
              TurnEnd::answered);
    EXPECT_THAT(texts("ada"), ElementsAre("Hello", "re: Hello"));
    EXPECT_EQ(list("ada").front().message_count, 2);
    EXPECT_THAT(replay("key", "Hello"), HasSubstr("re: Hello"));
}

TEST_F(TurnsOnce, that_are_left_are_taken_over_at_once)
{
    begin_once("key", "Hello");
    const auto left = request("key", "Hello");
    run(conversations().leave_turn("bob", left, timeout));
    run(conversations().leave_turn("ada", request("another", "Hello"), timeout));
    EXPECT_EQ(error_of([&] { say("key", "Hello"); }).code(), ErrorCode::conflict);
    run(conversations().leave_turn("ada", left, timeout));
    EXPECT_EQ(error_of([&] { say("key", "Good bye"); }).code(), ErrorCode::invalid);
    clock().advance(std::chrono::seconds{1});
    const Turn again = begin_once("key", "Hello");
    EXPECT_EQ(again.position, 1);
    run(conversations().leave_turn("ada", left, timeout));  // it is another's by now
    EXPECT_EQ(error_of([&] { say("key", "Hello"); }).code(), ErrorCode::conflict);
    EXPECT_EQ(end_once("key", "Hello", again), TurnEnd::stored);
    run(conversations().leave_turn("ada", left, timeout));
    EXPECT_THAT(replay("key", "Hello"), HasSubstr("re: Hello"));
    EXPECT_THAT(texts("ada"), ElementsAre("Hello", "re: Hello"));
}

TEST_F(TurnsOnce, begin_anew_where_their_conversation_has_been_deleted)
{
    begin_once("key", "Hello");
    run(conversations().clear("ada"));
    const Turn anew = begin_once("key", "Hello");
    EXPECT_EQ(anew.conversation_id, 2);
    EXPECT_THAT(anew.history, IsEmpty());
    EXPECT_EQ(end_once("key", "Hello", anew), TurnEnd::stored);
    EXPECT_THAT(replay("key", "Hello"), HasSubstr("re: Hello"));
}

TEST_F(TurnsOnce, keep_nothing_where_there_is_no_conversation)
{
    EXPECT_FALSE(run(conversations().begin_turn("ada", turn("key", "Hello", 7))));
    EXPECT_EQ(count("idempotency_keys"), "0");
    EXPECT_EQ(error_of([&] { say("key", "Hello", {}, "nobody"); }).code(), ErrorCode::unauthorized);
    const Turn gone = begin_once("key", "Hello");
    run(conversations().clear("ada"));
    EXPECT_EQ(end_once("key", "Hello", gone), TurnEnd::gone);
    EXPECT_EQ(count("idempotency_keys WHERE operation = 'chat'"), "0");
}

TEST_F(TurnsOnce, are_each_users_own)
{
    end_once("key", "Hello", begin_once("key", "Hello"));
    const Turn his = begin_once("key", "Something else", {}, "bob");
    EXPECT_EQ(his.conversation_id, 1);
    end_once("key", "Something else", his, "bob");
    EXPECT_THAT(replay("key", "Something else", "bob"), HasSubstr("Something else"));
    EXPECT_THAT(replay("key", "Hello"), HasSubstr("re: Hello"));
    EXPECT_THAT(texts("bob"), ElementsAre("Something else", "re: Something else"));
}

TEST_F(TurnsOnce, do_not_touch_what_is_kept_of_other_operations)
{
    end_once("key", "Hello", begin_once("key", "Hello"));
    const types::Task task = testing::new_task("ada", "Tea", clock().now());
    Idempotency other{
        .operation = "create_task", .key = "key", .fingerprint = "of Tea", .now = clock().now()};
    EXPECT_FALSE(run(tasks().create_once("ada", task, other)).is_replayed);
    EXPECT_THAT(replay("key", "Hello"), HasSubstr("re: Hello"));
}

TEST_F(TurnsOnce, are_forgotten_after_a_day)
{
    end_once("key", "Hello", begin_once("key", "Hello"));
    begin_once("unanswered", "Hello");
    clock().advance(KeptAnswer::lifetime);
    const Turn anew = begin_once("key", "Good bye");
    EXPECT_EQ(anew.conversation_id, 3);
    end_once("key", "Good bye", anew);
    EXPECT_THAT(replay("key", "Good bye"), HasSubstr("Good bye"));
    EXPECT_EQ(begin_once("unanswered", "Other").conversation_id, 4);

    clock().advance(KeptAnswer::lifetime);
    EXPECT_EQ(run(database().forget_answers("", clock().now() - KeptAnswer::lifetime)),
              std::nullopt);
    EXPECT_EQ(count("idempotency_keys"), "0");
    EXPECT_EQ(count("messages"), "6");
}

TEST_F(TurnsOnce, of_many_at_once_one_begins)
{
    std::vector<base::Async<std::optional<BegunTurn>>> work;
    for (int i = 0; i < 20; ++i)
        work.push_back(conversations().begin_turn("ada", turn("key", "Hello")));
    int begun = 0;
    for (const auto& outcome : run_as_one_batch(*this, std::move(work))) {
        if (outcome.value) {
            ++begun;
        } else {
            EXPECT_EQ(outcome.code(), ErrorCode::conflict);
        }
    }
    EXPECT_EQ(begun, 1);
    EXPECT_EQ(count("messages"), "1");
}

TEST_F(TurnsOnce, several_threads_that_say_the_same_at_once_say_it_once)
{
    constexpr int keys = 20;
    std::atomic<int> stored = 0;
    std::atomic<int> busy = 0;
    testing::on_threads(4, [&](int) {
        testing::Shard shard{*this};
        for (int i = 0; i < keys; ++i) {
            const std::string key = std::to_string(i);
            try {
                auto begun = shard.run(shard.conversations().begin_turn("ada", turn(key, "Hello")));
                if (std::holds_alternative<ReplayedTurn>(*begun)) continue;
                const Turn& place = std::get<Turn>(*begun);
                TurnAnswer answer{.content = "re", .now = clock().now(), .kept = "{}"};
                answer.idempotency = request(key, "Hello");
                EXPECT_EQ(shard.run(shard.conversations().end_turn("ada", place.conversation_id,
                                                                   place.position, answer)),
                          TurnEnd::stored);
                ++stored;
            } catch (const base::Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::conflict);
                ++busy;
            }
        }
    });
    EXPECT_EQ(stored, keys);
    EXPECT_EQ(count("messages"), std::to_string(2 * keys));
}

}  // namespace
}  // namespace todod::store

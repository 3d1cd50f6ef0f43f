#include "store/conversations.hpp"

#include <gmock/gmock.h>

#include <set>

#include "base/error.hpp"
#include "support/conversations.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/shard.hpp"
#include "support/threads.hpp"

namespace todod::store {
namespace {

using base::Async;
using base::ErrorCode;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using testing::run_as_one_batch;
using testing::texts_of;
using types::Message;
using types::Role;

class StoredConversations : public ::testing::Test, public testing::TestConversations {
protected:
    StoredConversations()
    {
        add_user("ada");
        add_user("bob");
    }
};

TEST_F(StoredConversations, begin_with_a_message_and_count_within_their_user)
{
    const Turn first = begin("ada", "Hello");
    EXPECT_EQ(first.conversation_id, 1);
    EXPECT_EQ(first.position, 1);
    EXPECT_THAT(first.history, IsEmpty());
    EXPECT_EQ(begin("ada", "Hello").conversation_id, 2);
    EXPECT_EQ(begin("bob", "Hello").conversation_id, 1);

    const Turn more = begin("ada", "And more", 1);
    EXPECT_EQ(more.conversation_id, 1);
    EXPECT_EQ(more.position, 3);
    EXPECT_THAT(texts_of(more.history), ElementsAre("Hello"));
}

TEST_F(StoredConversations, keep_what_was_said_and_done_as_it_was)
{
    const std::string text = "Ünïcode “quotes” ' \" \\ \n\t 🦊";
    const Turn turn = begin("ada", text);
    clock().advance(seconds{1});
    TurnAnswer answer{.content = text + text,
                      .tool_calls = {R"([{"tool_name":"add_task","parameters":{"title":"\u0000ü"},)"
                                     R"("result":null}])"},
                      .state = R"({"asked":["ü"]})",
                      .now = clock().now()};
    ASSERT_EQ(run(conversations().end_turn("ada", 1, turn.position, answer)), TurnEnd::stored);

    const Message said{.role = Role::user,
                       .content = text,
                       .timestamp = clock().now() - seconds{1},
                       .conversation_id = 1};
    Message answered{.role = Role::assistant,
                     .content = answer.content,
                     .timestamp = clock().now(),
                     .conversation_id = 1,
                     .tool_calls = answer.tool_calls,
                     .state = answer.state};
    EXPECT_THAT(begin("ada", "next", 1).history, ElementsAre(said, answered));
    answered.state.clear();  // which is for the engine alone
    const auto page = run(conversations().history("ada", {.conversation_id = 1, .limit = 2}));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->total, 3);
    EXPECT_THAT(texts_of(page->messages), ElementsAre(answer.content, "next"));
    EXPECT_EQ(page->messages[0], answered);
}

TEST_F(StoredConversations, a_turn_begins_with_the_last_20_messages_before_it)
{
    talk("ada", "0");
    for (int i = 1; i < 15; ++i)
        talk("ada", std::to_string(i), 1);
    const Turn turn = begin("ada", "now", 1);
    ASSERT_EQ(turn.history.size(), 20U);
    EXPECT_EQ(turn.history.front().content, "5");
    EXPECT_EQ(turn.history.front().role, Role::user);
    EXPECT_EQ(turn.history.back().content, "re: 14");
    EXPECT_EQ(turn.history.back().role, Role::assistant);
}

TEST_F(StoredConversations, an_answer_stands_behind_its_message_whichever_comes_first)
{
    const Turn one = begin("ada", "one");
    const Turn two = begin("ada", "two", 1);
    const Turn three = begin("ada", "three", 1);
    EXPECT_THAT(texts_of(three.history), ElementsAre("one", "two"));
    for (const Turn& turn : {three, one, two})
        ASSERT_EQ(end("ada", turn, fmt::format("to {}", turn.position)), TurnEnd::stored);
    EXPECT_THAT(texts("ada", 1), ElementsAre("one", "to 1", "two", "to 3", "three", "to 5"));
    EXPECT_EQ(list("ada").front().message_count, 6);
}

TEST_F(StoredConversations, a_message_without_an_answer_stays_and_the_next_turn_sees_it)
{
    begin("ada", "one");
    const Turn two = begin("ada", "two", 1);
    EXPECT_THAT(texts_of(two.history), ElementsAre("one"));
    end("ada", two, "to two");
    EXPECT_THAT(texts("ada", 1), ElementsAre("one", "two", "to two"));
    const auto last = list("ada").front();
    EXPECT_EQ(last.message_count, 3);
    EXPECT_EQ(last.last_message, "to two");
}

TEST_F(StoredConversations, times_never_run_backwards_within_one)
{
    const Turn one = begin("ada", "one");
    clock().advance(seconds{-5});  // another replica's clock
    end("ada", one, "to one");
    const auto page = run(conversations().history("ada", {.conversation_id = 1}));
    EXPECT_EQ(page->messages[1].timestamp, page->messages[0].timestamp);
    EXPECT_THAT(texts("ada"), ElementsAre("one", "to one"));
}

TEST_F(StoredConversations, are_there_for_their_user_alone)
{
    const Turn hers = talk("ada", "hers");
    talk("ada", "more", 1);
    talk("ada", "second");
    for (const std::string other : {"bob", "Ada", "nobody"}) {
        SCOPED_TRACE(other);
        NewTurn turn{.conversation_id = 1, .content = "his", .now = clock().now()};
        EXPECT_FALSE(run(conversations().begin_turn(other, turn)));
        EXPECT_EQ(end(other, hers, "his"), TurnEnd::gone);
        EXPECT_FALSE(run(conversations().history(other, {.conversation_id = 1})));
        EXPECT_THAT(texts(other), IsEmpty());
        EXPECT_THAT(list(other), IsEmpty());
        EXPECT_FALSE(run(conversations().remove(other, 1)));
        run(conversations().clear(other));
    }
    EXPECT_EQ(list("ada").size(), 2U);
    EXPECT_THAT(texts("ada", 1), ElementsAre("hers", "re: hers", "more", "re: more"));
}

TEST_F(StoredConversations, that_are_not_there_take_no_message)
{
    begin("ada", "one");
    for (const std::int64_t id : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{2},
                                  std::numeric_limits<std::int64_t>::max()}) {
        NewTurn turn{.conversation_id = id, .content = "x", .now = clock().now()};
        EXPECT_FALSE(run(conversations().begin_turn("ada", turn))) << id;
        EXPECT_FALSE(run(conversations().history("ada", {.conversation_id = id}))) << id;
        EXPECT_FALSE(run(conversations().remove("ada", id))) << id;
        const Turn none{.conversation_id = id, .position = 1};
        EXPECT_EQ(end("ada", none, "x"), TurnEnd::gone) << id;
    }
    EXPECT_EQ(count("messages"), "1");
    NewTurn turn{.title = "new", .content = "x", .now = clock().now()};
    EXPECT_EQ(error_of([&] { run(conversations().begin_turn("nobody", turn)); }).code(),
              ErrorCode::unauthorized);
}

TEST_F(StoredConversations, are_listed_by_their_last_message_with_its_beginning)
{
    talk("ada", "first");
    clock().advance(seconds{1});
    begin("ada", "second");
    clock().advance(seconds{1});
    const Turn turn = begin("ada", "back to the first", 1);
    clock().advance(seconds{1});
    std::string long_text;
    for (int i = 0; i < 201; ++i)
        long_text += "ü";
    end("ada", turn, long_text);

    const auto listed = list("ada");
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].id, 1);
    EXPECT_EQ(listed[0].title, "About first");
    EXPECT_EQ(listed[0].created_at, clock().now() - seconds{3});
    EXPECT_EQ(listed[0].updated_at, clock().now());
    EXPECT_EQ(listed[0].message_count, 4);
    EXPECT_EQ(listed[0].last_message, long_text.substr(0, 400)) << "200 code points";
    EXPECT_EQ(listed[1].id, 2);
    EXPECT_EQ(listed[1].last_message, "second");
}

TEST_F(StoredConversations, are_listed_in_pages)
{
    for (int i = 0; i < 5; ++i)
        begin("ada", std::to_string(i));  // at the same moment: the newest first
    const auto page = [&](std::int64_t limit, std::int64_t skip) {
        const auto listed = run(conversations().list("ada", {.limit = limit, .skip = skip}));
        EXPECT_EQ(listed.total, 5);
        std::vector<std::int64_t> ids;
        for (const auto& each : listed.conversations)
            ids.push_back(each.id);
        return ids;
    };
    EXPECT_THAT(page(2, 0), ElementsAre(5, 4));
    EXPECT_THAT(page(2, 2), ElementsAre(3, 2));
    EXPECT_THAT(page(2, 4), ElementsAre(1));
    EXPECT_THAT(page(2, 5), IsEmpty());
}

TEST_F(StoredConversations, all_messages_together_go_by_their_time)
{
    talk("ada", "a");
    clock().advance(seconds{1});
    talk("ada", "b");
    clock().advance(seconds{1});
    talk("ada", "c", 1);
    begin("bob", "his");
    EXPECT_THAT(texts("ada"), ElementsAre("a", "re: a", "b", "re: b", "c", "re: c"));
    const auto page = run(conversations().history("ada", {.limit = 3, .skip = 1}));
    EXPECT_EQ(page->total, 6);
    EXPECT_THAT(texts_of(page->messages), ElementsAre("b", "re: b", "c"));
    EXPECT_EQ(page->messages[0].conversation_id, 2);
    EXPECT_EQ(page->messages[2].conversation_id, 1);
}

TEST_F(StoredConversations, a_page_of_messages_ends_before_it_is_too_long)
{
    const std::string text(3 * 1024 * 1024, 'x');
    const Turn turn = begin("ada", "a");
    end("ada", turn, text);
    for (int i = 0; i < 3; ++i)
        end("ada", begin("ada", "a", 1), text);
    for (const auto conversation :
         {std::optional<std::int64_t>{1}, std::optional<std::int64_t>{}}) {
        const auto page = run(conversations().history("ada", {.conversation_id = conversation}));
        EXPECT_EQ(page->total, 8);
        EXPECT_EQ(page->messages.size(), 4U) << "two answers, and the messages before them";
    }
    const std::string too_long(Conversations::max_page_bytes + 1, 'x');
    end("ada", begin("ada", "b"), too_long);
    EXPECT_EQ(texts("ada", 2).size(), 1U) << "one is always given";
}

TEST_F(StoredConversations, that_are_removed_are_gone_and_their_ids_are_not_used_again)
{
    talk("ada", "one");
    const Turn two = begin("ada", "two");
    talk("bob", "his");
    EXPECT_TRUE(run(conversations().remove("ada", 2)));
    EXPECT_FALSE(run(conversations().remove("ada", 2)));
    EXPECT_EQ(end("ada", two, "too late"), TurnEnd::gone);
    EXPECT_THAT(texts("ada"), ElementsAre("one", "re: one"));
    EXPECT_EQ(begin("ada", "three").conversation_id, 3);

    run(conversations().clear("ada"));
    EXPECT_THAT(list("ada"), IsEmpty());
    EXPECT_THAT(texts("ada"), IsEmpty());
    run(conversations().clear("ada"));
    EXPECT_EQ(begin("ada", "four").conversation_id, 4);
    EXPECT_EQ(count("messages"), "3");
    EXPECT_THAT(texts("bob", 1), ElementsAre("his", "re: his"));
}

TEST_F(StoredConversations, that_are_longer_than_goes_at_once_are_removed_altogether)
{
    talk("ada", "one");
    for (int i = 0; i < 600; ++i)
        talk("ada", "more", 1);
    talk("ada", "two");
    EXPECT_TRUE(run(conversations().remove("ada", 1)));
    EXPECT_EQ(count("messages"), "2");
    EXPECT_EQ(list("ada").size(), 1U);
    for (int i = 0; i < 1001; ++i)
        begin("ada", "more");
    run(conversations().clear("ada"));
    EXPECT_EQ(count("messages"), "0");
    EXPECT_EQ(count("conversations"), "0");
}

TEST_F(StoredConversations, go_with_their_account)
{
    const Turn turn = begin("ada", "hers");
    for (int i = 0; i < 1001; ++i)
        begin("ada", "more");
    talk("bob", "his");
    run(accounts().remove("ada", clock().now()));
    EXPECT_EQ(count("messages"), "2");
    EXPECT_EQ(count("conversations"), "1");
    EXPECT_EQ(count("users WHERE user_id = 'ada'"), "0");
    EXPECT_EQ(end("ada", turn, "too late"), TurnEnd::gone);
    EXPECT_EQ(error_of([&] { begin("ada", "again"); }).code(), ErrorCode::unauthorized);
    EXPECT_EQ(count("messages"), "2");
}

TEST_F(StoredConversations, one_batch_of_turns_gives_each_its_own_place)
{
    begin("ada", "first");
    constexpr int turns = 50;
    std::vector<Async<std::optional<BegunTurn>>> work;
    for (int i = 0; i < turns; ++i) {
        NewTurn turn{.conversation_id = 1, .content = std::to_string(i), .now = clock().now()};
        if (i % 5 == 0) turn.conversation_id = 7;  // which is not there
        work.push_back(conversations().begin_turn("ada", std::move(turn)));
    }
    std::set<std::int64_t> positions;
    int refused = 0;
    for (const auto& outcome : run_as_one_batch(*this, std::move(work))) {
        ASSERT_TRUE(outcome.value);
        if (!*outcome.value) {
            ++refused;
            continue;
        }
        const Turn& turn = std::get<Turn>(**outcome.value);
        positions.insert(turn.position);
        // It has seen all that stand before it.
        EXPECT_EQ(turn.history.size(),
                  static_cast<std::size_t>(std::min<std::int64_t>(turn.position / 2, 20)));
    }
    EXPECT_EQ(refused, 10);
    EXPECT_EQ(positions.size(), 40U);
    EXPECT_EQ(*positions.begin(), 3);
    EXPECT_EQ(*positions.rbegin(), 81);
}

TEST_F(StoredConversations, several_threads_at_once_talk_in_one_and_lose_nothing)
{
    begin("ada", "first");
    constexpr int threads = 4;
    constexpr int turns = 25;
    testing::on_threads(threads, [&](int) {
        testing::Shard shard{*this};
        for (int i = 0; i < turns; ++i) {
            NewTurn turn{.content = "x", .now = clock().now()};
            if (i % 2 == 0) turn.conversation_id = 1;
            const auto begun = shard.run(shard.conversations().begin_turn("ada", turn));
            const Turn& place = std::get<Turn>(*begun);
            const TurnAnswer answer{.content = "y", .now = clock().now()};
            EXPECT_EQ(shard.run(shard.conversations().end_turn("ada", place.conversation_id,
                                                               place.position, answer)),
                      TurnEnd::stored);
        }
    });
    EXPECT_EQ(list("ada").size(), 1U + threads * 12U);
    EXPECT_EQ(texts("ada", 1).size(), 1U + threads * 13U * 2U);
    EXPECT_EQ(count("messages"), std::to_string(1 + threads * turns * 2));
    for (const auto& each : list("ada")) {
        EXPECT_EQ(each.message_count, static_cast<std::int64_t>(texts("ada", each.id).size()));
    }
}

TEST_F(StoredConversations, an_account_that_goes_while_turns_begin_and_end_leaves_nothing)
{
    begin("ada", "first");
    testing::on_threads(3, [&](int thread) {
        testing::Shard shard{*this};
        if (thread == 0) return shard.run(shard.accounts().remove("ada", clock().now()));
        for (int i = 0; i < 50; ++i) {
            NewTurn turn{.content = "x", .now = clock().now()};
            if (i % 2 == 0) turn.conversation_id = 1;
            try {
                const auto begun = shard.run(shard.conversations().begin_turn("ada", turn));
                if (!begun) continue;
                const Turn& place = std::get<Turn>(*begun);
                shard.run(shard.conversations().end_turn("ada", place.conversation_id,
                                                         place.position, {.content = "y"}));
            } catch (const base::Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::unauthorized);
            }
        }
    });
    EXPECT_EQ(count("messages"), "0");
    EXPECT_EQ(count("conversations"), "0");
}

}  // namespace
}  // namespace todod::store

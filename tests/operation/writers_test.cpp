// Who writes, in which change set, and what a dry run is answered with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "operation/handler.hpp"
#include "support/loop.hpp"

namespace todod::operation {
namespace {

using boost::json::parse;
using schema::Dialect;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Reply run(const Operation& operation, Call call)
{
    testing::TestLoop loop;
    return loop.run(operation.run(std::move(call)));
}

/// Writes twice, as a store does: the first change of a scope gives its set a number.
Operation write_twice(std::vector<types::Origin>& origins, bool apart = false)
{
    return with_handler<Nothing, Nothing>(
        {.output = {.status = 204}},
        [&origins, apart](Caller caller, Nothing) -> base::Async<Answer<Nothing>> {
            const store::User user = apart ? caller.take_writer_apart() : caller.take_writer();
            for (int i = 0; i < 2; ++i) {
                if (!user.changes->changeset_id) user.changes->changeset_id = 41;
                origins.push_back(user.changes->origin);
            }
            co_return Answer<Nothing>{};
        });
}

TEST(Writers, are_one_change_set_that_the_answer_names)
{
    std::vector<types::Origin> origins;
    const base::Uuid token{{std::byte{1}}};
    const Reply reply = run(
        write_twice(origins),
        {.caller = {.user_id = "ada", .token_id = token, .is_service = true}, .request_id = "r1"});
    EXPECT_THAT(origins, ElementsAre(types::Origin{.via = types::Via::rest,
                                                   .is_service = true,
                                                   .token_id = token,
                                                   .request_id = "r1"},
                                     origins.front()));
    ASSERT_EQ(reply.headers.size(), 1U);
    EXPECT_EQ(reply.headers.front().name, "X-Changeset-ID");
    EXPECT_EQ(reply.headers.front().value, "41");
}

TEST(Writers, belong_to_what_the_call_is_a_part_of)
{
    std::vector<types::Origin> origins;
    const auto turn = std::make_shared<types::ChangeScope>(types::ChangeScope{
        .origin = {.via = types::Via::assistant, .conversation_id = 7}, .changeset_id = 40});
    run(write_twice(origins), {.via = types::Via::assistant, .changes = turn});
    EXPECT_EQ(origins.front(), turn->origin);
    EXPECT_EQ(turn->changeset_id, 40);
}

TEST(Writers, may_stand_apart_from_it)
{
    std::vector<types::Origin> origins;
    const auto turn = std::make_shared<types::ChangeScope>(types::ChangeScope{
        .origin = {.via = types::Via::assistant, .conversation_id = 7}, .changeset_id = 40});
    const Reply reply = run(write_twice(origins, true), {.changes = turn});
    EXPECT_EQ(origins.front(), turn->origin);
    EXPECT_EQ(turn->changeset_id, 40);
    EXPECT_EQ(reply.headers.front().value, "41");
}

TEST(Writers, who_have_changed_nothing_name_no_change_set)
{
    const Operation nothing = with_handler<Nothing, Nothing>(
        {}, [](Caller caller, Nothing) -> base::Async<Answer<Nothing>> {
            caller.take_writer();
            co_return Answer<Nothing>{};
        });
    EXPECT_THAT(run(nothing, {}).headers, IsEmpty());
}

TEST(Preview, is_written_instead_of_the_answer)
{
    const Operation tried = with_handler<Nothing, Nothing>(
        {.output = {.status = 204}}, [](Caller, Nothing) -> base::Async<Answer<Nothing>> {
            Answer<Nothing> answer{.headers = {{"ETag", "x"}}};
            answer.preview.emplace();
            answer.preview->changes.push_back({.kind = types::ChangeKind::purge, .task_number = 3});
            co_return answer;
        });
    const Reply reply = run(tried, {.dialect = Dialect::own});
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.headers, IsEmpty());
    EXPECT_EQ(parse(reply.body).at("dryRun"), true);
    EXPECT_EQ(parse(reply.body).at("changes").at(0).at("taskNumber"), 3);
    EXPECT_EQ(run(tried, {.dialect = Dialect::tool}).body,
              R"({"dry_run":true,"changes":["task 3: deleted for good"]})");
}

}  // namespace
}  // namespace todod::operation

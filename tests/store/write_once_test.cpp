#include <gmock/gmock.h>

#include "base/error.hpp"
#include "store/tasks.hpp"
#include "support/changes.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using base::Async;
using base::ErrorCode;
using testing::error_of;
using testing::new_task;
using testing::run_as_one_batch;
using types::Task;

/// Several writes that Ada and Bob ask for once.
class WriteOnce : public ::testing::Test, public testing::TestDatabase {
protected:
    WriteOnce()
    {
        add_user("ada");
        add_user("bob");
    }

    template <class... Writes>
    WriteRequest request(const std::string& key, const std::string& words, Writes... writes)
    {
        WriteRequest request = testing::request_of(clock().now(), std::move(writes)...);
        request.idempotency = Idempotency{.operation = "write_batch",
                                          .key = key,
                                          .fingerprint = "of " + words,
                                          .now = clock().now()};
        return request;
    }

    /// A new task with this title; the same title is the same request.
    WriteRequest to_make(const std::string& title, const std::string& key,
                         const std::string& user_id = "ada")
    {
        return request(key, title, MakeTask{new_task(user_id, title, clock().now())});
    }

    Async<WriteOutcome> ask_for(WriteRequest request, std::string user_id = "ada")
    {
        return tasks().write(User{std::move(user_id)}, std::move(request));
    }
    WriteOutcome write(WriteRequest request, std::string user_id = "ada")
    {
        return run(ask_for(std::move(request), std::move(user_id)));
    }

    /// From now on the database fails at a new task of that title.
    void forbid_title(std::string_view title) const
    {
        if (testing::chosen_database() == testing::DatabaseKind::sqlite) {
            execute(
                fmt::format("CREATE TRIGGER forbid BEFORE INSERT ON tasks WHEN NEW.title = '{}'"
                            " BEGIN SELECT RAISE(ABORT, 'forbidden'); END",
                            title));
            return;
        }
        execute(
            "CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE 'forbidden'; END $$");
        execute(
            fmt::format("CREATE TRIGGER forbid BEFORE INSERT ON tasks FOR EACH ROW"
                        " WHEN (NEW.title = '{}') EXECUTE FUNCTION forbid()",
                        title));
    }

    std::string count(std::string_view table) const
    {
        return ask(fmt::format("SELECT count(*) FROM {}", table));
    }
};

TEST_F(WriteOnce, gives_the_first_outcome_again_and_changes_nothing)
{
    const Task milk = write(to_make("Milk", "first")).results.front().task.value();
    const auto several = [&] {
        WriteRequest some = request(
            "key", "several", MakeTask{new_task("ada", "Tea", {})},
            ChangeTask{milk.id, {}, {.title = "Oat \"milk\" \n ü🦊"}},
            ChangeTask{std::int64_t{9}, {}, {.toggle = true}},
            ChangeTask{
                milk.id, types::TagCondition{.any = false, .tags = {{1, 7}}}, {.toggle = true}},
            TrashTask{milk.id});
        some.is_atomic = false;
        return some;
    };
    const WriteOutcome first = write(several());
    EXPECT_FALSE(first.is_replayed);
    const std::string log = count("changes");
    clock().advance(std::chrono::hours{1});
    const WriteOutcome again = write(several());
    EXPECT_TRUE(again.is_replayed);
    EXPECT_TRUE(again.is_done);
    ASSERT_EQ(again.results.size(), first.results.size());
    for (std::size_t i = 0; i < first.results.size(); ++i) {
        EXPECT_EQ(again.results[i].task, first.results[i].task) << i;
        ASSERT_EQ(again.results[i].failure.has_value(), first.results[i].failure.has_value()) << i;
        if (!first.results[i].failure) continue;
        EXPECT_EQ(again.results[i].failure->code(), first.results[i].failure->code());
        EXPECT_EQ(again.results[i].failure->message(), first.results[i].failure->message());
    }
    EXPECT_EQ(first.results[2].failure->code(), ErrorCode::not_found);
    EXPECT_EQ(first.results[3].failure->code(), ErrorCode::precondition_failed);
    EXPECT_EQ(count("changes"), log);
    EXPECT_EQ(count("tasks"), "1");
    EXPECT_EQ(count("trash"), "1");
}

TEST_F(WriteOnce, refuses_another_request_under_the_same_key_and_knows_users_apart)
{
    write(to_make("Tea", "key"));
    const auto error = error_of([&] { write(to_make("Coffee", "key")); });
    EXPECT_EQ(error.code(), ErrorCode::invalid);
    EXPECT_EQ(testing::kinds_of(error.violations()),
              std::vector<std::string>{"header.Idempotency-Key idempotency_key_reused"});
    EXPECT_FALSE(write(to_make("Coffee", "key", "bob"), "bob").is_replayed);
    EXPECT_TRUE(write(to_make("Tea", "key")).is_replayed);
    EXPECT_EQ(count("tasks"), "2");
}

TEST_F(WriteOnce, keeps_nothing_of_what_was_refused_as_a_whole_or_only_tried)
{
    const auto refused = [&] {
        return request("key", "refused", MakeTask{new_task("ada", "Tea", clock().now())},
                       TrashTask{std::int64_t{9}});
    };
    EXPECT_FALSE(write(refused()).is_done);
    EXPECT_EQ(count("idempotency_keys"), "0");
    EXPECT_FALSE(write(refused()).is_replayed);
    auto tried = to_make("Tea", "key");
    tried.is_dry_run = true;
    EXPECT_FALSE(write(tried).is_replayed);
    EXPECT_EQ(count("idempotency_keys"), "0");
    EXPECT_EQ(count("tasks"), "0");
    EXPECT_FALSE(write(to_make("Tea", "key")).is_replayed) << "the key is free";
    EXPECT_FALSE(write(tried).is_replayed);
    EXPECT_FALSE(write(to_make("Tea", "key", "nobody"), "nobody").is_done);
    EXPECT_EQ(count("idempotency_keys"), "1");
}

TEST_F(WriteOnce, forgets_after_a_day_and_then_keeps_the_new_outcome)
{
    write(to_make("Tea", "key"));
    clock().advance(KeptAnswer::lifetime - std::chrono::milliseconds{1});
    EXPECT_TRUE(write(to_make("Tea", "key")).is_replayed);
    clock().advance(std::chrono::milliseconds{1});
    EXPECT_FALSE(write(to_make("Coffee", "key")).is_replayed);
    EXPECT_TRUE(write(to_make("Coffee", "key")).is_replayed);
    EXPECT_EQ(count("idempotency_keys"), "1");
    EXPECT_EQ(count("tasks"), "2");
}

TEST_F(WriteOnce, is_done_by_one_of_many_that_ask_at_once)
{
    constexpr std::size_t requests = 50;
    std::vector<Async<WriteOutcome>> work;
    for (std::size_t i = 0; i < requests; ++i)
        work.push_back(ask_for(to_make("Tea", "key")));
    work.push_back(ask_for(to_make("Coffee", "key")));
    work.push_back(ask_for(to_make("Coffee", "key", "bob"), "bob"));
    work.push_back(ask_for(testing::request_of(
        clock().now(), MakeTask{new_task("ada", "without a key", clock().now())})));
    WriteRequest of_another_operation = to_make("Eggs", "key");
    of_another_operation.idempotency->operation = "another";
    work.push_back(ask_for(of_another_operation));
    const auto outcomes = run_as_one_batch(*this, std::move(work));
    std::size_t done = 0;
    for (std::size_t i = 0; i < requests; ++i) {
        ASSERT_TRUE(outcomes[i].value);
        EXPECT_EQ(outcomes[i].value->results.front().task,
                  outcomes.front().value->results.front().task);
        done += outcomes[i].value->is_replayed ? 0 : 1;
    }
    EXPECT_EQ(done, 1U);
    EXPECT_EQ(outcomes[requests].code(), ErrorCode::invalid) << "and fails no neighbour";
    EXPECT_FALSE(outcomes[requests + 1].value->is_replayed);
    EXPECT_FALSE(outcomes[requests + 2].value->is_replayed);
    ASSERT_TRUE(outcomes[requests + 3].value) << "each operation has keys of its own";
    EXPECT_FALSE(outcomes[requests + 3].value->is_replayed);
    EXPECT_EQ(count("tasks"), "4");
    EXPECT_EQ(count("idempotency_keys"), "3");
}

TEST_F(WriteOnce, is_kept_of_those_alone_that_are_done_where_one_fails_all_that_wait)
{
    forbid_title("Poison");
    std::vector<Async<WriteOutcome>> work;
    for (const std::string title : {"Tea", "Poison", "Milk"})
        work.push_back(ask_for(to_make(title, title)));
    const auto outcomes = run_as_one_batch(*this, std::move(work));
    EXPECT_TRUE(outcomes[1].failure);
    for (const std::size_t i : {0U, 2U}) {
        ASSERT_TRUE(outcomes[i].value);
        EXPECT_FALSE(outcomes[i].value->is_replayed) << "the attempt before was taken back";
    }
    EXPECT_EQ(count("tasks"), "2");
    EXPECT_EQ(count("idempotency_keys"), "2");
    EXPECT_TRUE(write(to_make("Milk", "Milk")).is_replayed);
    EXPECT_FALSE(write(to_make("Not poison", "Poison")).is_replayed) << "the key is free";
}

}  // namespace
}  // namespace todod::store

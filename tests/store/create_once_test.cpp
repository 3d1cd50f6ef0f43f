#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <set>

#include "base/error.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/shard.hpp"
#include "support/tasks.hpp"
#include "support/threads.hpp"

namespace todod::store {
namespace {

using base::Async;
using base::ErrorCode;
using testing::error_of;
using testing::new_task;
using testing::run_as_one_batch;
using types::Task;

/// What Ada and Bob ask for once.
class CreateOnce : public ::testing::Test, public testing::TestDatabase {
protected:
    CreateOnce()
    {
        add_user("ada");
        add_user("bob");
    }

    /// Asks for a task with this title; the same title is the same request.
    Async<MadeTask> ask_for(std::string title, std::string key, std::string user_id = "ada")
    {
        return ask_for(new_task(user_id, std::move(title), clock().now()), std::move(key));
    }
    Async<MadeTask> ask_for(Task task, std::string key)
    {
        User user{task.user_id};
        Idempotency idempotency{.operation = "create_task",
                                .key = std::move(key),
                                .fingerprint = "of " + task.title,
                                .now = clock().now()};
        return tasks().create_once(std::move(user), std::move(task), std::move(idempotency));
    }

    MadeTask create(std::string title, std::string key, std::string user_id = "ada")
    {
        return run(ask_for(std::move(title), std::move(key), std::move(user_id)));
    }

    std::string count(std::string_view table) const
    {
        return ask(fmt::format("SELECT count(*) FROM {}", table));
    }
};

TEST_F(CreateOnce, makes_a_task_as_create_does)
{
    Task task = new_task("ada", "Ünïcode “quotes” ' \" \\ \n 🦊", clock().now());
    task.description = "line\nline";
    task.status = types::Status::completed;
    task.priority = types::Priority::urgent;
    task.tags = {"b", "a", "ü🦊", "quote\"d"};
    task.due_date = types::Due{clock().now() + std::chrono::milliseconds{1}, false};
    task.completed_at = clock().now();
    const MadeTask made = run(ask_for(task, "key"));
    task.number = 1;
    EXPECT_EQ(made.task, task);
    EXPECT_FALSE(made.is_replayed);
    EXPECT_EQ(run(tasks().find("ada", task.id)), task);
    EXPECT_EQ(run(tasks().list("ada", {})).total, 1);

    const MadeTask again = run(ask_for(task, "key"));
    EXPECT_EQ(again.task, task);
    EXPECT_TRUE(again.is_replayed);
}

TEST_F(CreateOnce, gives_the_first_answer_again_and_makes_nothing)
{
    const MadeTask first = create("Tea", "key");
    clock().advance(std::chrono::hours{1});
    const MadeTask again = create("Tea", "key");
    EXPECT_EQ(again.task, first.task);
    EXPECT_TRUE(again.is_replayed);
    EXPECT_EQ(count("tasks"), "1");
    EXPECT_EQ(create("Tea", "another").task.number, 2);
}

TEST_F(CreateOnce, gives_the_answer_of_then_whatever_has_become_of_the_task)
{
    const MadeTask first = create("Tea", "key");
    types::TaskChange change{.title = "Coffee"};
    run(tasks().update("ada", first.task.id, std::nullopt, change, clock().now()));
    EXPECT_EQ(create("Tea", "key").task, first.task);
    run(tasks().remove("ada", first.task.id, std::nullopt, clock().now()));
    EXPECT_EQ(create("Tea", "key").task, first.task);
    EXPECT_EQ(count("tasks"), "0");
}

TEST_F(CreateOnce, refuses_another_request_under_the_same_key)
{
    const MadeTask first = create("Tea", "key");
    const auto error = error_of([&] { create("Coffee", "key"); });
    EXPECT_EQ(error.code(), ErrorCode::invalid);
    EXPECT_EQ(testing::kinds_of(error.violations()),
              std::vector<std::string>{"header.Idempotency-Key"
                                       " idempotency_key_reused"});
    EXPECT_EQ(create("Tea", "key").task, first.task);
    EXPECT_EQ(count("tasks"), "1");
}

TEST_F(CreateOnce, another_user_may_use_the_same_key_for_anything)
{
    const MadeTask hers = create("Tea", "key");
    const MadeTask his = create("Coffee", "key", "bob");
    EXPECT_FALSE(his.is_replayed);
    EXPECT_EQ(create("Tea", "key").task, hers.task);
    EXPECT_EQ(create("Coffee", "key", "bob").task, his.task);
    EXPECT_EQ(run(tasks().list("ada", {})).total, 1);
    EXPECT_EQ(run(tasks().list("bob", {})).total, 1);
}

TEST_F(CreateOnce, tells_keys_apart_byte_by_byte)
{
    for (const auto* key : {"key", "KEY", "key ", "kéy", "ke"})
        EXPECT_FALSE(create("Tea", key).is_replayed) << key;
}

TEST_F(CreateOnce, forgets_after_a_day_and_then_keeps_the_new_answer)
{
    const MadeTask first = create("Tea", "key");
    clock().advance(KeptAnswer::lifetime - std::chrono::milliseconds{1});
    EXPECT_EQ(create("Tea", "key").task, first.task);
    EXPECT_EQ(error_of([&] { create("Coffee", "key"); }).code(), ErrorCode::invalid);
    clock().advance(std::chrono::milliseconds{1});
    const MadeTask second = create("Coffee", "key");
    EXPECT_FALSE(second.is_replayed);
    EXPECT_EQ(second.task.number, 2);
    EXPECT_EQ(create("Coffee", "key").task, second.task);
    EXPECT_EQ(error_of([&] { create("Tea", "key"); }).code(), ErrorCode::invalid);
    EXPECT_EQ(count("idempotency_keys"), "1");
}

TEST_F(CreateOnce, keeps_nothing_of_what_failed)
{
    const MadeTask first = create("Tea", "key");
    Task same_id = new_task("ada", "Coffee", clock().now());
    same_id.id = first.task.id;
    for (int attempt = 0; attempt < 2; ++attempt) {
        EXPECT_EQ(error_of([&] { run(ask_for(same_id, "other")); }).code(), ErrorCode::conflict);
        EXPECT_EQ(count("idempotency_keys"), "1");
    }
    EXPECT_EQ(create("Milk", "other").task.number, 2);
    EXPECT_EQ(error_of([&] { create("Tea", "key", "nobody"); }).code(), ErrorCode::unauthorized);
    EXPECT_EQ(count("idempotency_keys"), "2");
}

TEST_F(CreateOnce, makes_one_task_of_many_requests_at_once)
{
    constexpr int requests = 100;
    std::vector<Async<MadeTask>> work;
    work.reserve(requests);
    for (int i = 0; i < requests; ++i)
        work.push_back(ask_for("Tea", "key"));
    const auto outcomes = run_as_one_batch(*this, std::move(work));
    int made = 0;
    for (const auto& outcome : outcomes) {
        ASSERT_TRUE(outcome.value);
        EXPECT_EQ(outcome.value->task, outcomes.front().value->task);
        made += outcome.value->is_replayed ? 0 : 1;
    }
    EXPECT_EQ(made, 1);
    EXPECT_EQ(count("tasks"), "1");
    EXPECT_EQ(run(tasks().list("ada", {})).total, 1);
}

TEST_F(CreateOnce, one_that_is_refused_fails_no_neighbour)
{
    create("Tea", "used");
    const Task known = create("Milk", "known").task;
    Task taken = new_task("ada", "Taken", clock().now());
    taken.id = known.id;
    std::vector<Async<MadeTask>> work;
    work.push_back(ask_for("Tea", "used"));
    work.push_back(ask_for("Coffee", "used"));
    work.push_back(ask_for("One", "new"));
    work.push_back(ask_for(taken, "taken"));
    work.push_back(ask_for("Nobody's", "new", "nobody"));
    work.push_back(ask_for("Two", "new"));
    work.push_back(ask_for("Three", "taken"));
    work.push_back(ask_for("His", "new", "bob"));
    const auto outcomes = run_as_one_batch(*this, std::move(work));
    EXPECT_TRUE(outcomes[0].value->is_replayed);
    EXPECT_EQ(outcomes[1].code(), ErrorCode::invalid);
    EXPECT_EQ(outcomes[2].value->task.number, 3);
    EXPECT_EQ(outcomes[3].code(), ErrorCode::conflict);
    EXPECT_EQ(outcomes[4].code(), ErrorCode::unauthorized);
    EXPECT_EQ(outcomes[5].code(), ErrorCode::invalid);
    EXPECT_EQ(outcomes[6].value->task.number, 4) << "what failed had not used the key";
    EXPECT_EQ(outcomes[7].value->task.number, 1);
    EXPECT_EQ(count("tasks"), "5");
    EXPECT_EQ(count("idempotency_keys"), "5");
    for (const int made : {2, 6, 7}) {
        const Task& task = outcomes[static_cast<std::size_t>(made)].value->task;
        EXPECT_EQ(run(tasks().find(task.user_id, task.id)), task);
    }
}

TEST_F(CreateOnce, two_that_chose_the_same_id_are_told_apart_by_their_keys)
{
    const Task task = new_task("ada", "Tea", clock().now());
    std::vector<Async<MadeTask>> work;
    work.push_back(ask_for(task, "one"));
    work.push_back(ask_for(task, "two"));
    work.push_back(ask_for(task, "one"));
    const auto outcomes = run_as_one_batch(*this, std::move(work));
    EXPECT_FALSE(outcomes[0].value->is_replayed);
    EXPECT_EQ(outcomes[1].code(), ErrorCode::conflict);
    EXPECT_TRUE(outcomes[2].value->is_replayed);
}

TEST_F(CreateOnce, goes_together_with_what_has_no_key)
{
    std::vector<Async<Task>> plain;
    std::vector<Async<MadeTask>> keyed;
    for (int i = 0; i < 20; ++i) {
        plain.push_back(testing::create_task(tasks(), new_task("ada", "plain", clock().now())));
        keyed.push_back(ask_for("keyed", fmt::format("key {}", i)));
    }
    testing::Together<Task> one{loop()};
    testing::Together<MadeTask> other{loop()};
    one.start(std::move(plain));
    other.start(std::move(keyed));
    std::set<std::int64_t> numbers;
    for (const auto& outcome : one.finish())
        numbers.insert(outcome.value->number);
    for (const auto& outcome : other.finish())
        numbers.insert(outcome.value->task.number);
    EXPECT_EQ(numbers.size(), 40U);
    EXPECT_EQ(*numbers.rbegin(), 40);
    EXPECT_EQ(run(tasks().list("ada", {})).total, 40);
}

TEST_F(CreateOnce, forgets_a_few_of_the_same_user_on_the_way_and_nobody_elses)
{
    for (int i = 0; i < 3; ++i)
        create("Tea", fmt::format("old {}", i));
    create("Tea", "his", "bob");
    clock().advance(KeptAnswer::lifetime);
    create("Tea", "new");
    EXPECT_EQ(count("idempotency_keys WHERE key LIKE 'old%'"), "0");
    EXPECT_EQ(count("idempotency_keys"), "2");
}

TEST_F(CreateOnce, who_is_removed_takes_the_kept_answers_along)
{
    create("Tea", "one");
    create("Tea", "two");
    create("Tea", "his", "bob");
    run(accounts().remove("ada", clock().now()));
    EXPECT_EQ(count("idempotency_keys"), "1");
    EXPECT_TRUE(create("Tea", "his", "bob").is_replayed);
    EXPECT_EQ(error_of([&] { create("Tea", "one"); }).code(), ErrorCode::unauthorized);
}

TEST_F(CreateOnce, who_has_more_than_goes_at_once_is_removed_altogether)
{
    constexpr int answers = 1001;
    std::vector<Async<MadeTask>> work;
    work.reserve(answers);
    for (int i = 0; i < answers; ++i)
        work.push_back(ask_for("Tea", std::to_string(i)));
    run_as_one_batch(*this, std::move(work));
    ASSERT_EQ(count("idempotency_keys"), std::to_string(answers));
    run(accounts().remove("ada", clock().now()));
    for (const auto* rest : {"idempotency_keys", "tasks", "users WHERE user_id = 'ada'"})
        EXPECT_EQ(count(rest), "0") << rest;
}

TEST_F(CreateOnce, what_is_swept_is_what_has_expired_of_everyone)
{
    constexpr int users = 250;
    for (int i = 0; i < users; ++i)
        add_user(fmt::format("user {}", i));
    for (int i = 0; i < users; i += 2)
        create("Tea", "old", fmt::format("user {}", i));
    const base::Instant until = clock().now();
    clock().advance(std::chrono::milliseconds{1});
    for (int i = 0; i < users; i += 5)
        create("Tea", "new", fmt::format("user {}", i));
    ASSERT_EQ(count("idempotency_keys"), "175");
    std::optional<std::string> after{std::in_place};
    int steps = 0;
    for (; after; ++steps)
        after = run(database().forget_answers(*after, until));
    EXPECT_EQ(count("idempotency_keys"), "50");
    EXPECT_EQ(count("idempotency_keys WHERE key = 'new'"), "50");
    EXPECT_EQ(steps, 2);
    EXPECT_EQ(run(database().forget_answers("", until)), std::nullopt);
}

TEST_F(CreateOnce, several_threads_that_ask_for_the_same_at_once_make_it_once)
{
    constexpr int threads = 4;
    constexpr int keys = 25;
    std::array<std::vector<Task>, threads> seen;
    std::atomic<int> made = 0;
    testing::on_threads(threads, [&](int thread) {
        testing::Shard shard{*this};
        for (int i = 0; i < keys; ++i) {
            Idempotency idempotency{.operation = "create_task",
                                    .key = fmt::format("key {}", i),
                                    .fingerprint = "of Tea",
                                    .now = clock().now()};
            MadeTask outcome = shard.run(shard.tasks().create_once(
                "ada", new_task("ada", "Tea", clock().now()), std::move(idempotency)));
            if (!outcome.is_replayed) ++made;
            seen[static_cast<std::size_t>(thread)].push_back(std::move(outcome.task));
        }
    });
    EXPECT_EQ(made, keys);
    for (const auto& tasks : seen)
        EXPECT_EQ(tasks, seen.front());
    EXPECT_EQ(count("tasks"), std::to_string(keys));
}

}  // namespace
}  // namespace todod::store

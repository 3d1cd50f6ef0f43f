#include <gmock/gmock.h>

#include <functional>

#include "base/error.hpp"
#include "services/task_service.hpp"
#include "support/errors.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using testing::error_of;
using types::CreateTask;
using types::Status;

/// The service, asked with keys.
class TaskServiceOnce : public TaskService {
protected:
    static CreateTask input_of(std::string key = "key")
    {
        CreateTask input;
        input.title = sent(std::string{"Tea"});
        input.idempotency_key = types::IdempotencyKey{std::move(key)};
        return input;
    }

    store::MadeTask create_once(CreateTask input, std::string user_id = "ada")
    {
        return run(task_service().create_once(std::move(user_id), std::move(input)));
    }
};

TEST_F(TaskServiceOnce, the_same_request_later_gets_the_task_as_it_was_made)
{
    const auto first = create_once(input_of());
    EXPECT_FALSE(first.is_replayed);
    EXPECT_EQ(get(first.task.id), first.task);
    pass_time();
    complete(first.task.id);
    const auto again = create_once(input_of());
    EXPECT_TRUE(again.is_replayed);
    EXPECT_EQ(again.task, first.task);
}

TEST_F(TaskServiceOnce, what_is_asked_for_beside_it_is_a_part_of_the_request)
{
    const auto create_beside = [&](std::string beside) {
        return run(task_service().create_once("ada", input_of(), std::move(beside)));
    };
    const auto first = create_beside("Coffee");
    EXPECT_EQ(create_beside("Coffee").task, first.task);
    EXPECT_EQ(error_of([&] { create_beside("Cake"); }).code(), ErrorCode::invalid);
    EXPECT_EQ(error_of([&] { create_once(input_of()); }).code(), ErrorCode::invalid);
}

TEST_F(TaskServiceOnce, what_means_the_same_is_the_same_request)
{
    CreateTask plain = input_of();
    plain.status = sent(Status::completed);
    const auto first = create_once(plain);
    const std::function<void(CreateTask&)> table[] = {
        [](CreateTask& input) { input.completed = sent(true); },
        [](CreateTask& input) { input.description = sent(std::optional<std::string>{}); },
        [](CreateTask& input) { input.priority = sent(types::Priority::medium); },
        [](CreateTask& input) { input.tags = sent(std::vector<std::string>{}); },
        [](CreateTask& input) { input.due_date = sent(std::optional<types::Due>{}); },
        [](CreateTask& input) { input.user_id = sent(std::string{"ada"}); },
    };
    for (const auto& say_more : table) {
        pass_time();
        CreateTask input = plain;
        say_more(input);
        EXPECT_EQ(create_once(input).task, first.task) << &say_more - table;
    }
}

TEST_F(TaskServiceOnce, what_differs_in_anything_is_another_request)
{
    create_once(input_of());
    const std::function<void(CreateTask&)> table[] = {
        [](CreateTask& input) { input.id = sent(base::Uuid{}); },
        [](CreateTask& input) { input.title = sent(std::string{"tea"}); },
        [](CreateTask& input) { input.description = sent(std::optional<std::string>{""}); },
        [](CreateTask& input) { input.status = sent(Status::completed); },
        [](CreateTask& input) { input.status = sent(Status::in_progress); },
        [](CreateTask& input) { input.priority = sent(types::Priority::low); },
        [](CreateTask& input) { input.tags = sent(std::vector<std::string>{"a"}); },
        [](CreateTask& input) { input.due_date = sent(std::optional{types::Due{}}); },
    };
    for (const auto& change : table) {
        CreateTask input = input_of();
        change(input);
        const auto error = error_of([&] { create_once(input); });
        EXPECT_EQ(error.code(), ErrorCode::invalid) << &change - table;
        EXPECT_THAT(error.message(), ::testing::HasSubstr("another request")) << &change - table;
    }
    EXPECT_EQ(list({}).total, 1);
}

TEST_F(TaskServiceOnce, a_chosen_id_is_part_of_the_request)
{
    CreateTask input = input_of();
    input.id = sent(base::make_uuid_v7(now(), random()));
    const auto first = create_once(input);
    EXPECT_EQ(first.task.id, input.id.value);
    EXPECT_EQ(create_once(input).task, first.task) << "and no conflict";
    EXPECT_EQ(error_of([&] { create_once(input_of()); }).code(), ErrorCode::invalid);
    input.idempotency_key = types::IdempotencyKey{"another"};
    EXPECT_EQ(error_of([&] { create_once(input); }).code(), ErrorCode::conflict);
}

TEST_F(TaskServiceOnce, a_request_that_fails_leaves_its_key_free)
{
    CreateTask wrong = input_of();
    wrong.number = sent(std::int64_t{7});
    EXPECT_EQ(error_of([&] { create_once(wrong); }).code(), ErrorCode::invalid);
    EXPECT_FALSE(create_once(input_of()).is_replayed);
}

TEST_F(TaskServiceOnce, another_user_has_keys_of_their_own)
{
    const auto hers = create_once(input_of());
    const auto his = create_once(input_of(), "bob");
    EXPECT_FALSE(his.is_replayed);
    EXPECT_NE(his.task.id, hers.task.id);
    EXPECT_EQ(his.task.user_id, "bob");
}

TEST_F(TaskServiceOnce, a_day_later_it_is_a_new_request)
{
    create_once(input_of());
    clock().advance(std::chrono::hours{24});
    EXPECT_FALSE(create_once(input_of()).is_replayed);
    EXPECT_EQ(list({}).total, 2);
}

}  // namespace
}  // namespace todod::services

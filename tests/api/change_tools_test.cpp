#include "api/tools.hpp"

namespace todod::api {
namespace {

using boost::json::array;
using boost::json::object;

class ChangeTools : public testing::ToolsTest {
protected:
    static operation::ToolCall with(types::Scopes scopes)
    {
        return {.caller = {.user_id = "ada", .scopes = scopes}};
    }
    std::int64_t count_tasks() { return done("list_tasks", "{}").at("total").as_int64(); }
};

TEST_F(ChangeTools, take_back_what_was_done_last)
{
    done("add_tasks", R"({"tasks": [{"title": "Milk"}, {"title": "Bread"}]})");
    const object undone = done("undo_changes", "{}");
    EXPECT_EQ(undone.at("undoes"), 1);
    EXPECT_EQ(undone.at("changeset_id"), 3);
    EXPECT_EQ(undone.at("count"), 2);
    EXPECT_EQ(undone.at("changes"), (array{"task 2 'Bread': deleted", "task 1 'Milk': deleted"}));
    EXPECT_EQ(undone.at("left"), array{});
    EXPECT_EQ(count_tasks(), 0);
    EXPECT_EQ(failed("undo_changes", "{}"), "There is nothing that could be taken back.");
    done("undo_changes", R"({"changeset_id": 3})");
    EXPECT_EQ(count_tasks(), 2);
}

TEST_F(ChangeTools, leave_what_was_changed_since_unless_they_are_told_not_to)
{
    done("add_tasks", R"({"tasks": [{"title": "Milk"}, {"title": "Bread"}]})");
    done("complete_tasks", R"({"task_ids": [1, 2]})");
    done("complete_task", R"({"task_id": 1, "completed": false})");
    EXPECT_EQ(failed("undo_changes", R"({"changeset_id": 3, "partial": false})"),
              "Nothing has been taken back. Task 1 has been changed (status, completed_at) since.");
    const object undone = done("undo_changes", R"({"changeset_id": 3})");
    EXPECT_EQ(undone.at("count"), 1);
    EXPECT_EQ(undone.at("left"), array{"task 1 'Milk' (status)"});
}

TEST_F(ChangeTools, delete_nothing_for_who_may_not)
{
    done("add_task", R"({"title": "Milk"})");
    const auto writing = types::join({types::Scope::read, types::Scope::write});
    EXPECT_NE(failed("undo_changes", "{}", with(writing)), "");
    EXPECT_EQ(count_tasks(), 1);
    done("complete_task", R"({"task_id": 1})");
    done("undo_changes", "{}", with(writing));
    EXPECT_NE(failed("undo_changes", "{}", with(types::join({types::Scope::read}))), "");
}

TEST_F(ChangeTools, list_what_was_changed_and_how)
{
    done("add_tasks", R"({"tasks": [{"title": "Milk"}, {"title": "Bread"}]})");
    done("update_task", R"({"task_id": 1, "priority": "high"})");
    const object all = done("list_changes", "{}");
    EXPECT_EQ(all.at("count"), 2);
    const auto& last = all.at("changesets").at(0);
    EXPECT_EQ(last.at("changeset_id"), 3);
    EXPECT_EQ(last.at("by"), "a program over MCP");
    EXPECT_EQ(last.at("what"), "task 1 'Milk': priority medium → high");
    EXPECT_EQ(all.at("changesets").at(1).at("what"), "task 1 'Milk': added; and 1 more");
    EXPECT_EQ(done("list_changes", R"({"limit": 1})").at("count"), 1);
    EXPECT_EQ(done("list_changes", R"({"before": 3})").at("changesets").at(0).at("changeset_id"),
              1);
    EXPECT_EQ(done("list_changes", "{}", {.caller = {.user_id = "bob"}}).at("count"), 0);
}

TEST_F(ChangeTools, name_what_was_changed_as_it_is_called_now)
{
    done("add_tasks", R"({"tasks": [{"title": "Milk"}, {"title": "Bread"}]})");
    done("update_task", R"({"task_id": 1, "priority": "high"})");
    done("update_task", R"({"task_id": 2, "priority": "high"})");
    done("update_task", R"({"task_id": 1, "title": "Oat milk"})");
    done("delete_task", R"({"task_id": 2})");
    const object all = done("list_changes", "{}");
    EXPECT_EQ(all.at("changesets").at(0).at("what"), "task 2 'Bread': deleted");
    EXPECT_EQ(all.at("changesets").at(2).at("what"), "task 2: priority medium → high");
    EXPECT_EQ(all.at("changesets").at(3).at("what"), "task 1 'Oat milk': priority medium → high");
}

TEST_F(ChangeTools, restore_what_was_deleted)
{
    done("add_tasks", R"({"tasks": [{"title": "Buy milk"}, {"title": "Buy bread"}]})");
    for (const std::string words : {R"({"task_id": 1})", R"({"title": "milk"})"}) {
        done("delete_task", R"({"task_id": 1})");
        const object restored = done("restore_task", words);
        EXPECT_EQ(restored.at("task_id"), 1);
        EXPECT_EQ(restored.at("status"), "restored");
        EXPECT_EQ(restored.at("message"), "I've restored 'Buy milk'.");
    }
    EXPECT_EQ(failed("restore_task", R"({"task_id": 1})"), "Task not found.");
    EXPECT_EQ(failed("restore_task", "{}"), "task_id or title is required.");
    done("delete_task", R"({"task_id": 2})");
    EXPECT_EQ(failed("restore_task", R"({"task_id": 2})", {.caller = {.user_id = "bob"}}),
              "Task not found.");
}

}  // namespace
}  // namespace todod::api

#include <gmock/gmock.h>

#include "services/changes.hpp"
#include "services/task_service.hpp"
#include "support/changes.hpp"
#include "support/errors.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using testing::error_of;
using ::testing::IsEmpty;
using testing::writer;
using types::Undone;

std::string in_json(const std::vector<types::Change>& changes)
{
    std::string json;
    schema::Codec<std::vector<types::Change>>::write(changes, json, schema::Dialect::tool);
    return json;
}

/// An undo with an Idempotency-Key.
class UndoOnce : public TaskService {
protected:
    void rename(types::TaskRef task, std::string title, store::User user = "ada")
    {
        types::UpdateTask input = update_of(task);
        input.title = sent(std::move(title));
        run(task_service().update(std::move(user), std::move(input)));
    }
    Undone undo(UndoRequest request)
    {
        return run(change_service().undo(writer("ada"), std::move(request)));
    }
    base::Error refusal(UndoRequest request)
    {
        return error_of([&] { undo(std::move(request)); });
    }
    std::string title_of(types::TaskRef task) { return get(task).title; }
};

TEST_F(UndoOnce, takes_back_once_what_is_asked_for_with_a_key)
{
    create("Milk");
    rename(1, "Oat milk");
    rename(1, "Soy milk");
    const UndoRequest tried{.is_dry_run = true, .idempotency_key = "key"};
    EXPECT_EQ(undo(tried).undoes, 3);
    const UndoRequest once{.idempotency_key = "key"};
    const Undone first = undo(once);
    EXPECT_EQ(first.undoes, 3);
    for (int again = 0; again < 2; ++again) {
        const Undone told = undo(once);
        EXPECT_EQ(told.undoes, 3);
        EXPECT_EQ(told.changeset_id, 4);
        EXPECT_EQ(in_json(told.changes), in_json(first.changes));
        EXPECT_EQ(told.titles, first.titles);
        EXPECT_THAT(told.conflicts, IsEmpty());
    }
    EXPECT_EQ(title_of(1), "Oat milk");
    EXPECT_EQ(refusal({.changeset_id = 2, .idempotency_key = "key"}).code(), ErrorCode::invalid);
    EXPECT_EQ(undo({.idempotency_key = "another"}).undoes, 2);
    EXPECT_EQ(undo(once).undoes, 3);
    EXPECT_EQ(title_of(1), "Milk");
}

TEST_F(UndoOnce, tells_again_what_was_left)
{
    create("Milk");
    create("Bread");
    const store::User user = writer("ada");
    rename(1, "Oat milk", user);
    rename(2, "Rye bread", user);
    rename(1, "Soy milk");
    const UndoRequest once{.changeset_id = 3, .is_partial = true, .idempotency_key = "key"};
    const Undone first = undo(once);
    EXPECT_EQ(first.changes.size(), 1U);
    const Undone told = undo(once);
    EXPECT_EQ(in_json(told.changes), in_json(first.changes));
    EXPECT_EQ(told.titles, first.titles);
    ASSERT_EQ(told.conflicts.size(), 1U);
    EXPECT_EQ(told.conflicts[0].detail, first.conflicts[0].detail);
    EXPECT_EQ(told.conflicts[0].title, "Soy milk");
    EXPECT_EQ(
        TestDatabase::ask(
            "SELECT count(*) FROM idempotency_keys WHERE CAST(answer AS text) LIKE '%created_at%'"),
        "0")
        << "titles are kept, and no tasks";
    EXPECT_EQ(title_of(1), "Soy milk");
    EXPECT_EQ(title_of(2), "Bread");

    const UndoRequest whole{.changeset_id = 1, .idempotency_key = "refused"};
    EXPECT_EQ(refusal(whole).code(), ErrorCode::conflict);
    EXPECT_EQ(refusal(whole).code(), ErrorCode::conflict) << "what is refused is not kept";
}

}  // namespace
}  // namespace todod::services

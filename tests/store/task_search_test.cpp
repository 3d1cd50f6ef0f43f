#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <random>

#include "base/error.hpp"
#include "support/database.hpp"
#include "support/one_batch.hpp"
#include "support/task_search.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using base::Async;
using testing::all;
using testing::create_task;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::run_as_one_batch;
using types::Task;

using TaskSearch = testing::TaskSearching<testing::TestDatabase>;

TEST_F(TaskSearch, are_found_in_title_and_description_without_case_and_accents)
{
    create("Buy Milk", "at the Café");
    create("Call Zoë");
    create("milkshake");
    const struct {
        std::string words;
        std::vector<std::int64_t> numbers;
    } table[] = {
        {"milk", {1}},
        {"MILK", {1}},
        {"cafe", {1}},
        {"CAFÉ", {1}},
        {"zoe", {2}},
        {"milk buy", {1}},
        {"milk café", {1}},
        {"milk zoë", {}},
        {"mil", {}},
        {"nothing", {}},
        {"  buy \t milk  ", {1}},
        {"milkshake", {3}},
    };
    for (const auto& [words, numbers] : table)
        EXPECT_EQ(search(words), numbers) << words;
}

TEST_F(TaskSearch, that_are_operators_elsewhere_are_words_here)
{
    create("this AND that");
    create("NOT near");
    create("title: x*");
    create("say \"hi\" (now)");
    const struct {
        std::string words;
        std::vector<std::int64_t> numbers;
    } table[] = {
        {"and", {1}},         {"that AND this", {1}},
        {"NOT", {2}},         {"NEAR", {2}},
        {"title:x", {3}},     {"x*", {3}},
        {"\"hi\"", {4}},      {"(now", {4}},
        {"{now}", {4}},       {"this OR near", {}},
        {"^this", {1}},       {"-this", {1}},
        {"this -that", {1}},  {"\"", {}},
        {"\"\"\"", {}},       {"*", {}},
        {"thi*", {}},         {"+", {}},
        {"this + that", {1}}, {"x:title", {3}},
        {"that-this", {1}},   {"this👍that", {1}},
        {"hi'say", {4}},      {"now(say", {4}},
    };
    for (const auto& [words, numbers] : table)
        EXPECT_EQ(search(words), numbers) << words;
}

TEST_F(TaskSearch, of_another_user_are_not_found)
{
    create("secret");
    EXPECT_THAT(search("secret", "bob"), IsEmpty());
    EXPECT_THAT(search("secret", "nobody"), IsEmpty());
}

TEST_F(TaskSearch, are_found_as_they_are_now)
{
    create("old", "text");
    run(update(1, {.title = "new"}));
    EXPECT_THAT(search("old"), IsEmpty());
    EXPECT_THAT(search("new"), ElementsAre(1));
    EXPECT_THAT(search("text"), ElementsAre(1));
    run(update(1, {.description = std::optional<std::string>{}}));
    EXPECT_THAT(search("text"), IsEmpty());
    run(update(1, {.description = std::optional<std::string>{"more"}}));
    EXPECT_THAT(search("new more"), ElementsAre(1));
    run(update(1, {.toggle = true}));
    EXPECT_THAT(search("new more"), ElementsAre(1));
    run(remove(1));
    EXPECT_THAT(search("new"), IsEmpty());
}

TEST_F(TaskSearch, a_change_that_is_refused_or_changes_nothing_leaves_the_index_alone)
{
    create("here");
    const types::TagCondition stale{.tags = {{1, 99}}};
    const auto outcomes = run_as_one_batch(
        *this, all(update(1, {.title = "here"}),
                   tasks().update("ada", std::int64_t{1}, stale, {.title = "gone"}, {}),
                   update(99, {.title = "none"}), create_task(tasks(), make("there"))));
    EXPECT_EQ(outcomes[1].code(), base::ErrorCode::precondition_failed);
    EXPECT_THAT(search("here"), ElementsAre(1));
    EXPECT_THAT(search("there"), ElementsAre(2));
    EXPECT_THAT(search("gone"), IsEmpty());
}

/// Searches after many random batches, held against going through all tasks.
class RandomSearch : public TaskSearch {
protected:
    static constexpr std::array<std::string_view, 8> words{"one",  "Two",   "THREE", "vier",
                                                           "fünf", "Sechs", "7",     "acht"};

    std::string text()
    {
        std::string text;
        for (auto count = 1 + pick(4); count > 0; --count) {
            text += words[pick(words.size())];
            text += pick(2) == 0 ? " " : ", ";
        }
        return text;
    }
    std::optional<std::string> maybe_text()
    {
        return pick(3) == 0 ? std::nullopt : std::optional{text()};
    }
    std::size_t pick(std::size_t below) { return random_() % below; }
    std::int64_t any_number() { return 1 + static_cast<std::int64_t>(pick(40)); }

    Async<Task> any_write()
    {
        switch (pick(6)) {
            case 0:
            case 1:
                return create_task(tasks(), make(text(), maybe_text()));
            case 2:
                return update(any_number(), {.title = text()});
            case 3:
                return update(any_number(), {.description = maybe_text()});
            case 4:
                return remove(any_number());
            default: {
                Task broken = make(text());
                // One in three fails its batch; the others are refused.
                if (pick(3) == 0) broken.status = static_cast<types::Status>(7);
                if (broken.status == types::Status::pending) broken.user_id = "nobody";
                return create_task(tasks(), broken);
            }
        }
    }

    std::mt19937 random_{815};
};

TEST_F(RandomSearch, give_what_going_through_all_tasks_gives)
{
    for (int batch = 0; batch < 60; ++batch) {
        std::vector<Async<Task>> work;
        for (std::size_t count = 1 + pick(12); count > 0; --count)
            work.push_back(any_write());
        run_as_one_batch(*this, std::move(work));

        const auto page = run(tasks().list("ada", {.sort = {.reversed = true}, .limit = 1000}));
        ASSERT_EQ(page.total, static_cast<std::int64_t>(page.tasks.size()));
        for (const std::string_view word : words) {
            std::vector<std::int64_t> expected;
            for (const Task& task : page.tasks) {
                const std::string both = task.title + task.description.value_or("");
                if (both.contains(word)) expected.push_back(task.number);
            }
            ASSERT_EQ(search(std::string{word}), expected) << word << " after batch " << batch;
        }
    }
}

}  // namespace
}  // namespace todod::store

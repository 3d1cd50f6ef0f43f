#include <gmock/gmock.h>

#include <map>
#include <random>

#include "store/changes.hpp"
#include "support/changes.hpp"
#include "support/database.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using ::testing::IsEmpty;
using testing::new_task;
using types::Change;
using types::ChangeKind;
using types::Task;

constexpr std::int64_t all_of_them = 100'000;

/// What a log says that there is.
class Replay {
public:
    struct Place {
        types::Task task;
        bool is_in_trash = false;
        std::int64_t last_change = 0;
    };

    void apply(const Change& change)
    {
        EXPECT_EQ(change.seq, ++last_seq_);
        EXPECT_LE(change.changeset_id, change.seq);
        if (change.kind == ChangeKind::create) {
            EXPECT_EQ(change.task_number, ++last_number_);
            EXPECT_FALSE(places_.contains(change.task_number));
            places_[change.task_number].task.version = change.version;
        }
        ASSERT_TRUE(places_.contains(change.task_number)) << change.seq;
        Place& place = places_.at(change.task_number);
        EXPECT_EQ(change.previous, std::exchange(place.last_change, change.seq)) << change.seq;
        apply(change, place);
        if (change.kind == ChangeKind::purge) places_.erase(change.task_number);
    }

    const std::map<std::int64_t, Place>& places() const noexcept { return places_; }

private:
    static void apply(const Change& change, Place& place)
    {
        const bool was_in_trash =
            change.kind == ChangeKind::restore || change.kind == ChangeKind::purge;
        EXPECT_EQ(place.is_in_trash, was_in_trash) << change.seq;
        place.is_in_trash = change.kind == ChangeKind::remove;
        if (change.before) {
            EXPECT_THAT(types::fields_unlike(*change.before, place.task), IsEmpty()) << change.seq;
        }
        if (change.kind == ChangeKind::restore) {
            EXPECT_THAT(types::fields_unlike(*change.after, place.task), IsEmpty()) << change.seq;
        }
        if (change.after) types::apply(*change.after, place.task);
        const bool counts = change.kind == ChangeKind::update || change.kind == ChangeKind::restore;
        place.task.version += counts ? 1 : 0;
        EXPECT_EQ(place.task.version, change.version) << change.seq;
    }

    std::map<std::int64_t, Place> places_;
    std::int64_t last_seq_ = 0;
    std::int64_t last_number_ = 0;
};

class RandomChanges : public ::testing::Test, public testing::TestDatabase {
protected:
    RandomChanges()
    {
        add_user("ada");
        add_user("bob");
    }

    std::int64_t below(std::int64_t limit)
    {
        return std::uniform_int_distribution<std::int64_t>{0, limit - 1}(random_);
    }
    bool now_and_then() { return below(4) == 0; }

    /// Of a few words, so that some are there already.
    std::string title() { return fmt::format("word{}", below(20)); }

    types::TaskRef ref()
    {
        if (now_and_then() && !ids_.empty()) return ids_[static_cast<std::size_t>(below(count()))];
        return 1 + below(std::max<std::int64_t>(count(), 1));
    }
    std::int64_t count() const { return std::ssize(ids_); }

    Task task()
    {
        Task made = new_task("ada", title(), clock().now());
        if (now_and_then() && !ids_.empty())
            made.id = ids_[static_cast<std::size_t>(below(count()))];
        ids_.push_back(made.id);
        return made;
    }

    types::TaskChange change()
    {
        switch (below(5)) {
            case 0:
                return {.title = title()};
            case 1:
                return {.description = std::optional{title()}};
            case 2:
                return {.tags = std::vector<std::string>{title()}};
            case 3:
                return {.priority = types::Priority::high,
                        .due_date = std::optional{types::Due{clock().now(), false}}};
            default:
                return {.toggle = true};
        }
    }

    TaskWrite any_write()
    {
        switch (below(6)) {
            case 0:
                return MakeTask{task()};
            case 1:
                return ChangeTask{.task = ref(), .change = change()};
            case 2:
                return TrashTask{.task = ref()};
            case 3:
                return RestoreTask{ref()};
            case 4:
                return now_and_then() ? TaskWrite{PurgeTask{ref()}} : RestoreTask{ref()};
            default:
                return RevertChange{any_change()};
        }
    }

    Change any_change()
    {
        const auto all = log();
        return all.at(static_cast<std::size_t>(below(std::ssize(all))));
    }

    std::vector<Change> log() { return run(changes().list("ada", 0, all_of_them)).changes; }

    void do_something()
    {
        const User user = now_and_then() ? User{"ada"} : turn_;
        if (now_and_then()) turn_ = testing::writer("ada");
        try {
            switch (below(5)) {
                case 0:
                    run(tasks().create(user, task()));
                    break;
                case 1:
                    run(tasks().update(user, ref(), std::nullopt, change(), clock().now()));
                    break;
                case 2:
                    run(tasks().remove(user, ref(), std::nullopt, clock().now()));
                    break;
                default:
                    write_several(user);
            }
        } catch (const base::Error&) {
            // Not found, or there already.
        }
    }

    void write_several(const User& user)
    {
        WriteRequest request{.now = clock().now()};
        request.is_atomic = below(2) == 0;
        request.is_dry_run = now_and_then();
        const std::int64_t count = 1 + below(5);
        for (std::int64_t i = 0; i < count; ++i)
            request.writes.push_back(any_write());
        run(tasks().write(user, std::move(request)));
    }

    void expect_as(const Replay& replay)
    {
        std::vector<std::int64_t> in_trash;
        std::map<std::string, std::vector<std::int64_t>> words;
        const auto page = run(tasks().list("ada", {.limit = all_of_them}));
        std::map<std::int64_t, Task> there;
        for (const Task& task : page.tasks)
            there[task.number] = task;
        EXPECT_EQ(page.total, std::ssize(there));
        for (const auto& [number, place] : replay.places()) {
            if (place.is_in_trash) {
                in_trash.push_back(number);
                continue;
            }
            ASSERT_TRUE(there.contains(number)) << number;
            const Task& task = there.at(number);
            EXPECT_EQ(types::state_of(task), types::state_of(place.task)) << number;
            EXPECT_EQ(task.version, place.task.version) << number;
            words[task.title].push_back(number);
            there.erase(number);
        }
        EXPECT_THAT(there, IsEmpty());
        std::vector<std::int64_t> trashed;
        for (const auto& each : run(changes().list_trash("ada", 0, all_of_them)))
            trashed.push_back(each.task.number);
        EXPECT_THAT(trashed, ::testing::UnorderedElementsAreArray(in_trash));
        for (const auto& [title, numbers] : words)
            expect_found(title, numbers);
    }

    void expect_found(const std::string& title, const std::vector<std::int64_t>& numbers)
    {
        const auto page =
            run(tasks().list("ada", {.filter = {.words = title}, .limit = all_of_them}));
        std::vector<std::int64_t> found;
        for (const Task& task : page.tasks) {
            if (task.title == title) found.push_back(task.number);
            EXPECT_TRUE(task.title == title || task.description == title) << task.number;
        }
        EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(numbers));
    }

private:
    std::mt19937 random_{7};
    std::vector<base::Uuid> ids_;
    User turn_ = testing::writer("ada");
};

TEST_F(RandomChanges, tell_how_all_that_is_there_came_to_be)
{
    run(tasks().create("ada", task()));
    for (int i = 0; i < 600; ++i) {
        do_something();
        clock().advance(std::chrono::milliseconds{1});
    }
    Replay replay;
    for (const Change& change : log())
        replay.apply(change);
    expect_as(replay);
    EXPECT_GT(log().size(), 300U);
    for (const auto& [number, place] : replay.places()) {
        std::int64_t seq = place.last_change;
        for (const Change& change : run(changes().history("ada", number, all_of_them, 10'000))) {
            EXPECT_EQ(change.seq, seq) << number;
            seq = change.previous;
        }
        EXPECT_EQ(seq, 0);
    }
    std::int64_t counted = 0;
    for (const auto& set : run(changes().list_sets("ada", all_of_them, all_of_them))) {
        EXPECT_EQ(std::ssize(run(changes().list_set("ada", set.id, 0, all_of_them))), set.count);
        counted += set.count;
    }
    EXPECT_EQ(counted, std::ssize(log()));
}

}  // namespace
}  // namespace todod::store

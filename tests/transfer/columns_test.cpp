#include "transfer/columns.hpp"

#include <gmock/gmock.h>

#include "transfer/read.hpp"

namespace todod::transfer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Tags = std::vector<std::string>;

TEST(JoinTags, gives_one_cell_that_is_read_as_the_same_tags)
{
    const std::pair<Tags, std::string_view> table[] = {
        {{}, ""},
        {{"a"}, "a"},
        {{"a", "b c"}, "a, b c"},
        {{"a,b"}, R"(["a,b"])"},
        {{"[a]"}, R"(["[a]"])"},
        {{"a", "[b]"}, "a, [b]"},
        {{"=1", "\"q\""}, "=1, \"q\""},
    };
    for (const auto& [tags, cell] : table) {
        EXPECT_EQ(join_tags(tags), cell);
        EXPECT_EQ(split_tags(cell), tags) << cell;
    }
    EXPECT_THAT(split_tags(" a ,, b ,"), ElementsAre("a", "b"));
    EXPECT_THAT(split_tags("[urgent], b"), ElementsAre("[urgent]", "b"));
}

types::Task full_task()
{
    types::Task task;
    task.id = *base::parse_uuid("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e");
    task.user_id = "=ada,\"1\"";
    task.title = "-5 °C, \"cold\"";
    task.description = "one\r\ntwo\n";
    task.status = types::Status::completed;
    task.priority = types::Priority::urgent;
    task.tags = {"@home", "a,b"};
    task.due_date = types::Due{*base::parse_instant("2026-12-27T17:00:00Z"), false};
    task.created_at = *base::parse_instant("2026-01-01T00:00:00.001Z");
    task.updated_at = *base::parse_instant("2026-01-02T00:00:00Z");
    task.completed_at = task.updated_at;
    task.version = 7;
    return task;
}

TEST(WriteRow, loses_nothing)
{
    types::Task bare;
    bare.id = *base::parse_uuid("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6f");
    bare.user_id = "eve";
    bare.title = "'=Tea";
    types::Task empty = bare;
    empty.id = *base::parse_uuid("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d60");
    empty.description = "";
    empty.due_date = types::Due{*base::parse_date("0001-01-01"), true};
    const std::vector<types::Task> tasks{full_task(), bare, empty};

    std::string text = fmt::format("{}\r\n", fmt::join(columns, ","));
    for (const auto& task : tasks)
        write_row(text, task);
    const auto read = read_all(Format::csv, text, {.now = read_at});
    EXPECT_THAT(read.faults, IsEmpty());
    EXPECT_EQ(read.tasks, tasks);
}

}  // namespace
}  // namespace todod::transfer

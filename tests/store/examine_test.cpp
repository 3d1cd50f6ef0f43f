#include "store/examine.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "support/clock.hpp"
#include "support/temp_folder.hpp"

namespace todod::store {
namespace {

using base::Verdict;
using ::testing::HasSubstr;

TEST(ExamineTest, judges_a_schema_by_what_serving_makes_of_it)
{
    struct Case {
        int current;
        bool migrates;
        Verdict verdict;
        std::string_view says;
    };
    const testing::FakeClock clock;
    for (const auto& [current, migrates, verdict, says] :
         {Case{6, true, Verdict::ok, "0006, the newest"},
          Case{6, false, Verdict::ok, "0006, the newest"},
          Case{5, true, Verdict::warn, "0006 is pending"},
          Case{5, false, Verdict::fail, "todod migrate up"},
          Case{0, true, Verdict::warn, "no tables yet"},
          Case{0, false, Verdict::fail, "no tables yet"},
          Case{7, true, Verdict::warn, "made by a newer todod"},
          Case{7, false, Verdict::warn, "made by a newer todod"}}) {
        const auto finding =
            judge_schema(current, 6, {.clock = clock, .migrates_on_start = migrates});
        EXPECT_EQ(finding.verdict, verdict) << finding.detail;
        EXPECT_THAT(finding.detail, HasSubstr(std::string{says}));
    }
}

TEST(ExamineTest, changes_nothing_where_there_is_no_database)
{
    const testing::FakeClock clock;
    const testing::TempFolder folder;
    const auto findings = examine(SqliteFile{folder.file("none.db")}, {.clock = clock});
    EXPECT_FALSE(findings.empty());
    EXPECT_FALSE(std::ifstream{folder.file("none.db")});
}

}  // namespace
}  // namespace todod::store

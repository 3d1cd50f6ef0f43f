#include "cores.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "support/temp_folder.hpp"

namespace todod {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

/// What a process in such groups takes itself to have.
unsigned cores_with(const std::string& own_groups, const Texts& texts)
{
    const testing::TempFolder folder;
    const CpuFiles files{folder.file("cgroup"), folder.file("groups")};
    std::ofstream{files.own_groups} << own_groups;
    for (const auto& [name, text] : texts) {
        const auto path = files.groups / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path} << text;
    }
    return available_cores(files);
}

/// Without any quota.
unsigned all_cores()
{
    return cores_with("", {});
}

TEST(Cores, are_all_that_there_are_where_nothing_says_less)
{
    EXPECT_GE(all_cores(), 1U);
    for (const auto* limit : {"max 100000\n", "100000000 100000\n", "", "0 0\n", "-1\n", "many"}) {
        EXPECT_EQ(cores_with("0::/\n", {{"cpu.max", limit}}), all_cores()) << limit;
    }
    EXPECT_EQ(cores_with("0::/\n", {}), all_cores());
    EXPECT_EQ(cores_with("nothing of that kind\n:\n", {{"cpu.max", "100000 100000"}}), all_cores());
}

TEST(Cores, are_those_of_the_quota_rounded_up)
{
    for (const auto* limit : {"100000 100000\n", "25000 100000\n", "1000 1000000\n"}) {
        EXPECT_EQ(cores_with("0::/\n", {{"cpu.max", limit}}), 1U) << limit;
    }
    if (all_cores() < 2) GTEST_SKIP() << "there is one core here";
    EXPECT_EQ(cores_with("0::/\n", {{"cpu.max", "150000 100000\n"}}), 2U);
    EXPECT_EQ(cores_with("0::/\n", {{"cpu.max", "200000 100000\n"}}), 2U);
}

TEST(Cores, are_the_fewest_of_the_groups_that_one_is_in)
{
    const std::string own = "0::/system.slice/todod.service\n";
    const std::string few = "50000 100000\n";
    const std::string all = "max 100000\n";
    EXPECT_EQ(cores_with(own, {{"system.slice/todod.service/cpu.max", few}}), 1U);
    EXPECT_EQ(cores_with(own, {{"system.slice/cpu.max", few},
                               {"system.slice/todod.service/cpu.max", all}}),
              1U);
    EXPECT_EQ(cores_with(own, {{"system.slice/other.service/cpu.max", few}}), all_cores());
    // Of the host, where the container sees but its own.
    EXPECT_EQ(cores_with("0::/../../kubepods/pod\n", {{"cpu.max", few}}), 1U);
}

TEST(Cores, are_also_limited_by_the_older_kind_of_groups)
{
    const std::string own = "12:memory:/docker/a\n3:cpu,cpuacct:/docker/a\n0::/\n";
    const auto with = [&](const std::string& place, const std::string& quota) {
        return cores_with(own, {{place + "/cpu.cfs_quota_us", quota},
                                {place + "/cpu.cfs_period_us", "100000\n"}});
    };
    EXPECT_EQ(with("cpu", "100000\n"), 1U) << "as a container sees its own";
    EXPECT_EQ(with("cpu/docker/a", "30000\n"), 1U);
    EXPECT_EQ(with("cpu", "-1\n"), all_cores());
    EXPECT_EQ(with("cpuset", "30000\n"), all_cores());
}

}  // namespace
}  // namespace todod

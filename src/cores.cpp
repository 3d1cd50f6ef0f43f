#include "cores.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <thread>

namespace todod {

namespace {

namespace fs = std::filesystem;

constexpr double no_quota = std::numeric_limits<double>::infinity();

unsigned count_cpus()
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    // It fails where there are more than cpu_set_t has room for.
    if (::sched_getaffinity(0, sizeof(cpus), &cpus) == 0) {
        return static_cast<unsigned>(CPU_COUNT(&cpus));
    }
    return std::thread::hardware_concurrency();
}

/// Of cgroups 2: "QUOTA PERIOD" in microseconds, or "max PERIOD".
double quota_of_2(const fs::path& group)
{
    std::ifstream file{group / "cpu.max"};
    double quota = 0;
    double period = 0;
    return file >> quota >> period && quota > 0 && period > 0 ? quota / period : no_quota;
}

/// Of cgroups 1, where a quota of -1 is none.
double quota_of_1(const fs::path& group)
{
    std::ifstream quota_file{group / "cpu.cfs_quota_us"};
    std::ifstream period_file{group / "cpu.cfs_period_us"};
    double quota = 0;
    double period = 0;
    const bool is_there = quota_file >> quota && period_file >> period;
    return is_there && quota > 0 && period > 0 ? quota / period : no_quota;
}

/// The least that `group` below `root` and those around it are given. A container may see none but
/// the root, which is then its own.
double least_quota(const fs::path& root, fs::path group, double (*quota_of)(const fs::path&))
{
    double least = quota_of(root);
    for (group = group.relative_path(); !group.empty(); group = group.parent_path())
        least = std::min(least, quota_of(root / group));
    return least;
}

bool has_cpu(std::string_view controllers)
{
    while (!controllers.empty()) {
        const auto comma = std::min(controllers.find(','), controllers.size());
        if (controllers.substr(0, comma) == "cpu") return true;
        controllers.remove_prefix(std::min(comma + 1, controllers.size()));
    }
    return false;
}

/// Lines of "NUMBER:CONTROLLERS:PATH"; that of cgroups 2 has no controllers.
double read_quota(const CpuFiles& files)
{
    double least = no_quota;
    std::ifstream groups{files.own_groups};
    for (std::string line; std::getline(groups, line);) {
        const auto first = line.find(':');
        const auto second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const auto controllers = std::string_view{line}.substr(first + 1, second - first - 1);
        const fs::path group = line.substr(second + 1);
        if (controllers.empty()) {
            least = std::min(least, least_quota(files.groups, group, quota_of_2));
        } else if (has_cpu(controllers)) {
            // It is also a link of that name where it is mounted together with cpuacct.
            least = std::min(least, least_quota(files.groups / "cpu", group, quota_of_1));
        }
    }
    return least;
}

}  // namespace

unsigned available_cores(const CpuFiles& files)
{
    const double cpus = std::max(1U, count_cpus());
    return static_cast<unsigned>(std::min(cpus, std::ceil(read_quota(files))));
}

}  // namespace todod

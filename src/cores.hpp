#pragma once

#include <filesystem>

namespace todod {

/// Where Linux says what CPU time a process may have.
struct CpuFiles {
    std::filesystem::path own_groups = "/proc/self/cgroup";
    std::filesystem::path groups = "/sys/fs/cgroup";
};

/// How many threads that compute can run at once here: the CPUs that this process may run on, or
/// fewer where a control group of it (cgroups 2 or 1: a container's limit, systemd's CPUQuota) has
/// a quota, rounded up. At least 1.
unsigned available_cores(const CpuFiles& files = {});

}  // namespace todod

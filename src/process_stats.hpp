#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace todod {

/// What the kernel says of this process (proc(5)); 0 where it does not say.
struct ProcessStats {
    double cpu_seconds = 0;
    double start_time = 0;  ///< seconds since the epoch
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    std::uint64_t threads = 0;
    std::uint64_t open_files = 0;
    std::uint64_t max_files = 0;
};

/// Takes some tens of microseconds.
ProcessStats read_process_stats();

/// What /proc/self/stat says, where ticks are `ticks` a second, pages have `page_bytes`, and the
/// machine was started at `boot_time`.
ProcessStats parse_process_stat(std::string_view stat, double ticks, std::uint64_t page_bytes,
                                double boot_time);

}  // namespace todod

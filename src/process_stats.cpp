#include "process_stats.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace todod {

namespace {

// The fields that follow the command's name, which is the second.
constexpr std::size_t user_ticks = 11;
constexpr std::size_t system_ticks = 12;
constexpr std::size_t thread_count = 17;
constexpr std::size_t start_ticks = 19;
constexpr std::size_t virtual_bytes = 20;
constexpr std::size_t resident_pages = 21;
constexpr std::size_t field_count = 22;

std::string read_file(const char* path)
{
    std::ifstream file{path};
    return {std::istreambuf_iterator{file}, {}};
}

std::uint64_t to_number(std::string_view text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Whole seconds, as the kernel itself keeps it: the same each time.
double read_boot_time()
{
    constexpr std::string_view name = "\nbtime ";
    const std::string stat = read_file("/proc/stat");
    const auto place = stat.find(name);
    if (place == std::string::npos) return 0;
    return static_cast<double>(to_number(std::string_view{stat}.substr(place + name.size())));
}

/// The folder's size is their number from Linux 6.2 on, and 0 before.
std::uint64_t count_open_files()
{
    constexpr const char* folder = "/proc/self/fd";
    struct stat about{};
    if (::stat(folder, &about) == 0 && about.st_size > 0) {
        return static_cast<std::uint64_t>(about.st_size);
    }
    std::error_code failure;
    const std::filesystem::directory_iterator files{folder, failure};
    return failure ? 0 : static_cast<std::uint64_t>(std::distance(begin(files), end(files)));
}

}  // namespace

ProcessStats parse_process_stat(std::string_view stat, double ticks, std::uint64_t page_bytes,
                                double boot_time)
{
    std::array<std::uint64_t, field_count> fields{};
    // The name is in brackets, and may have brackets and spaces in it.
    const auto name_end = stat.rfind(") ");
    if (name_end == std::string_view::npos) return {};
    stat.remove_prefix(name_end + 2);
    for (auto& field : fields) {
        field = to_number(stat);
        stat.remove_prefix(std::min(stat.find(' '), stat.size() - 1) + 1);
        if (stat.empty()) break;
    }
    const auto seconds = [ticks](std::uint64_t count) {
        return static_cast<double>(count) / ticks;
    };
    ProcessStats stats;
    stats.cpu_seconds = seconds(fields[user_ticks] + fields[system_ticks]);
    stats.start_time = boot_time + seconds(fields[start_ticks]);
    stats.threads = fields[thread_count];
    stats.virtual_bytes = fields[virtual_bytes];
    stats.resident_bytes = fields[resident_pages] * page_bytes;
    return stats;
}

ProcessStats read_process_stats()
{
    auto stats = parse_process_stat(
        read_file("/proc/self/stat"), static_cast<double>(::sysconf(_SC_CLK_TCK)),
        static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), read_boot_time());
    stats.open_files = count_open_files();
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) stats.max_files = files.rlim_cur;
    return stats;
}

}  // namespace todod

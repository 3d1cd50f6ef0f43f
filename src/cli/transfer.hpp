#pragma once

#include <chrono>
#include <string>
#include <thread>

namespace todod::cli {

/// Of the thread.
inline void pause(std::chrono::milliseconds time)
{
    std::this_thread::sleep_for(time);
}

struct ExportOptions {
    std::string file;             ///< empty or "-": standard output
    std::string format = "json";  ///< or "csv"
    std::string user;             ///< user_id or e-mail; empty: everyone
    bool replaces = false;        ///< a file that is there
};

struct ImportOptions {
    std::string file;       ///< "-": standard input
    std::string format;     ///< "json", "csv", "todoist"; empty: as the file looks
    std::string user;       ///< whose all tasks are to be; empty: as the file says
    std::string time_zone;  ///< of dates that have none; empty: this machine's
    bool ignores_unknown = false;
    bool is_dry_run = false;  ///< checks and counts alone
};

}  // namespace todod::cli

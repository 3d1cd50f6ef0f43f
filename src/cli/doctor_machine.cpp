#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/doctor.hpp"
#include "config_sources.hpp"

namespace todod::cli {

using base::Finding;
using base::Findings;
using base::Verdict;

Finding examine_clock(const base::Clock& clock)
{
    using namespace std::chrono;
    constexpr base::Instant written{sys_days{2026y / January / 1}};
    constexpr base::Instant far{sys_days{2100y / January / 1}};
    const base::Instant now = clock.now();
    const std::string how = base::to_string(now);
    if (now < written || now > far) {
        return {Verdict::fail, "clock", how + " cannot be: set it, by NTP"};
    }
    timex state{};
    if (::adjtimex(&state) == TIME_ERROR && (state.status & STA_UNSYNC) != 0) {
        return {Verdict::warn, "clock",
                how + ", which nothing keeps right: turn on NTP (systemd-timesyncd, chrony)"};
    }
    return {Verdict::ok, "clock", how};
}

Finding examine_time_zones()
{
    constexpr auto what = "time zones";
    Finding none{Verdict::fail, what, "there is no tzdata, and no zone but UTC: install tzdata"};
    try {
        const bool is_there = base::TimeZone::find("Europe/Berlin").has_value();
        return is_there ? Finding{Verdict::ok, what, "tzdata is there"} : none;
    } catch (const std::exception&) {
        return none;
    }
}

namespace {

constexpr auto files = "files";

/// Of a file with secrets. Nothing where it is not there, or all is well.
void look_at_mode(const std::string& path, mode_t wrong, Verdict verdict, Findings& findings)
{
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & wrong) == 0) return;
    findings.push_back({verdict, files,
                        fmt::format("'{}' has secrets and its mode is {:04o}: chmod 600 '{}'", path,
                                    status.st_mode & 07777U, path)});
}

void look_at_log(const std::string& path, Findings& findings)
{
    std::filesystem::path place = path;
    std::error_code none;
    while (!place.empty() && !std::filesystem::exists(place, none))
        place = place.parent_path();
    if (place.empty()) place = ".";
    const bool is_folder = std::filesystem::is_directory(place, none);
    std::string why;
    if (is_folder && place == path) {
        why = "a folder";
    } else if (!is_folder && place != path) {
        why = "no folder";
    } else if (::access(place.c_str(), W_OK) != 0) {
        why = std::strerror(errno);
    }
    if (why.empty()) return;
    findings.push_back({Verdict::fail, files,
                        fmt::format("LOG_FILE '{}' cannot be written ('{}': {}): make its folder, "
                                    "or give it to todod's user",
                                    path, place.string(), why)});
}

/// What a platform mounts for todod to read is the platform's to keep.
bool is_read_only(const std::string& path)
{
    struct statvfs place{};
    return ::statvfs(path.c_str(), &place) == 0 && (place.f_flag & ST_RDONLY) != 0;
}

}  // namespace

Findings examine_files(const Config& config)
{
    constexpr mode_t of_others = S_IROTH | S_IWOTH;
    constexpr mode_t of_all_but_owner = S_IRWXG | S_IRWXO;
    Findings findings;
    look_at_mode(".env", of_others, Verdict::warn, findings);
    for (const Environment& from : {process_environment(), read_dotenv()}) {
        for (const auto& [name, path] : from) {
            if (name.ends_with("_FILE") && is_variable(name) && name != "LOG_FILE" &&
                !is_read_only(path)) {
                look_at_mode(path, of_others, Verdict::warn, findings);
            }
        }
    }
    if (const auto* file = std::get_if<store::SqliteFile>(&config.database)) {
        look_at_mode(file->path + "-secret", of_all_but_owner, Verdict::fail, findings);
    }
    if (!config.log.file.empty()) look_at_log(config.log.file, findings);
    if (findings.empty()) {
        findings.push_back({Verdict::ok, files,
                            config.log.file.empty() ? "no secret is open to others"
                                                    : "no secret is open to others, and LOG_FILE "
                                                      "can be written"});
    }
    return findings;
}

}  // namespace todod::cli

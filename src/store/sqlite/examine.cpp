#include "store/sqlite/examine.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "db/migration.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/schema_log.hpp"

namespace todod::store::sqlite {

using base::Finding;
using base::Findings;
using base::Verdict;
using db::sqlite::Connection;

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
/// Free space with which todod soon takes no write any more, and with which it is time to act.
constexpr std::uint64_t too_little = 64 * mebibyte;
constexpr std::uint64_t little = 512 * mebibyte;

std::string folder_of(const std::string& path)
{
    const auto folder = std::filesystem::path{path}.parent_path().string();
    return folder.empty() ? "." : folder;
}

Finding look_at_folder(const std::string& folder)
{
    constexpr auto what = "folder";
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return {Verdict::fail, what,
                fmt::format("'{}' is no folder that can be seen: make it, or change DATABASE_URL",
                            folder)};
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        return {Verdict::fail, what,
                fmt::format("'{}' cannot be written ({}), and SQLite keeps its log there: give it "
                            "to the user that todod runs as",
                            folder, std::strerror(errno))};
    }
    return {Verdict::ok, what, fmt::format("'{}' can be written", folder)};
}

Finding look_at_disk(const std::string& folder, const std::string& path)
{
    constexpr auto what = "disk";
    struct statvfs disk{};
    if (::statvfs(folder.c_str(), &disk) != 0) {
        return {Verdict::warn, what, fmt::format("unknown: {}", std::strerror(errno))};
    }
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    std::error_code none;
    const auto size = std::filesystem::file_size(path, none);
    const std::uint64_t used = none ? 0 : size;
    const std::string how = fmt::format("{} MiB free", free / mebibyte);
    if (free < too_little) return {Verdict::fail, what, how + ": make room"};
    if (free < little) return {Verdict::warn, what, how + ": make room"};
    if (free < 2 * used) {
        return {Verdict::warn, what,
                how + ", less than a backup beside the database needs: make room"};
    }
    return {Verdict::ok, what, how};
}

/// SQLite's log needs memory that processes share, which is not to be had over a network.
Finding look_at_file_system(const std::string& folder)
{
    constexpr auto what = "file system";
    constexpr std::uint64_t nfs = 0x6969;
    constexpr std::uint64_t smb = 0xFF53'4D42;
    constexpr std::uint64_t smb2 = 0xFE53'4D42;
    constexpr std::uint64_t in_memory = 0x0102'1994;
    struct statfs status{};
    if (::statfs(folder.c_str(), &status) != 0) {
        return {Verdict::warn, what, fmt::format("unknown: {}", std::strerror(errno))};
    }
    const auto type = static_cast<std::uint64_t>(status.f_type) & 0xFFFF'FFFFU;
    if (type == nfs || type == smb || type == smb2) {
        return {Verdict::fail, what,
                "a network's, where SQLite's log does not work: use a local disk, or PostgreSQL"};
    }
    if (type == in_memory) {
        return {Verdict::warn, what, "in memory, gone with the machine: use a disk"};
    }
    return {Verdict::ok, what, "local"};
}

Finding look_at_mode(const std::string& path)
{
    constexpr auto what = "file mode";
    struct stat file{};
    struct stat folder{};
    if (::stat(path.c_str(), &file) != 0 || ::stat(folder_of(path).c_str(), &folder) != 0) {
        return {Verdict::fail, what, fmt::format("unknown: {}", std::strerror(errno))};
    }
    const bool is_open = (file.st_mode & S_IROTH) != 0 && (folder.st_mode & S_IXOTH) != 0;
    const std::string mode = fmt::format("{:04o}", file.st_mode & 07777U);
    if (::access(path.c_str(), R_OK | W_OK) != 0) {
        return {Verdict::fail, what,
                fmt::format("{}: todod's user cannot write '{}': chown it", mode, path)};
    }
    if (is_open) {
        return {
            Verdict::warn, what,
            fmt::format("{}: everybody on this machine may read it: chmod 600 '{}'", mode, path)};
    }
    return {Verdict::ok, what, mode};
}

Finding look_at_contents(Connection& connection, const Examination& examination)
{
    constexpr auto what = "integrity";
    connection.limit_time(examination.patience);
    try {
        auto faults = connection.query("PRAGMA quick_check(1)");
        faults.step();
        if (faults.text(0) == "ok") return {Verdict::ok, what, "quick_check finds no fault"};
        return {Verdict::fail, what,
                fmt::format("damaged ({}): stop todod and restore a backup", faults.text(0))};
    } catch (const base::Error& error) {
        if (error.code() == base::ErrorCode::unavailable) {
            return {Verdict::ok, what,
                    fmt::format(
                        "no fault in {} s, which were not enough for all of it",
                        std::chrono::round<std::chrono::seconds>(examination.patience).count())};
        }
        return {Verdict::fail, what,
                fmt::format("damaged ({}): stop todod and restore a backup", error.what())};
    }
}

Finding look_at_durability(Connection& connection)
{
    auto mode = connection.query("PRAGMA journal_mode");
    mode.step();
    // What else it depends on is not kept in the file: serving sets it.
    return {Verdict::ok, "durability",
            mode.text(0) == "wal" ? "log (WAL), and fsync at each commit"
                                  : "fsync at each commit; serving turns the log (WAL) on"};
}

void look_inside(const std::string& path, const Examination& examination, Findings& findings)
{
    try {
        Connection connection{path, Connection::Mode::read_write};
        auto version = connection.query("SELECT sqlite_version()");
        version.step();
        findings.push_back(
            {Verdict::ok, "database", fmt::format("SQLite {}, '{}'", version.text(0), path)});
        findings.push_back(look_at_contents(connection, examination));
        findings.push_back(look_at_durability(connection));
        db::sqlite::SchemaLog schema{Connection{path, Connection::Mode::read_write}};
        findings.push_back(
            judge_schema(schema.current(), db::sqlite_migrations().back().number, examination));
    } catch (const base::Error& error) {
        findings.push_back(
            {Verdict::fail, "database",
             fmt::format("'{}' cannot be used ({}): look at its mode and owner, or restore a "
                         "backup",
                         path, error.cause().empty() ? error.message() : error.cause())});
    }
}

}  // namespace

Findings examine(const std::string& path, const Examination& examination)
{
    const std::string folder = folder_of(path);
    Findings findings{look_at_folder(folder)};
    if (findings.back().verdict == Verdict::fail) return findings;
    findings.push_back(look_at_disk(folder, path));
    findings.push_back(look_at_file_system(folder));
    std::error_code none;
    if (!std::filesystem::exists(path, none)) {
        findings.push_back(
            {Verdict::ok, "database",
             fmt::format("SQLite, '{}' is not there yet: 'todod serve' makes it", path)});
        return findings;
    }
    findings.push_back(look_at_mode(path));
    look_inside(path, examination, findings);
    return findings;
}

}  // namespace todod::store::sqlite

#include "store/sqlite/take_over.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/error.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;

namespace {

[[noreturn]] void fail(const std::string& path, std::string_view doing)
{
    throw base::Error::unavailable(fmt::format("'{}' cannot be {}: {}; nothing has been changed",
                                               path, doing, std::strerror(errno)),
                                   std::chrono::seconds{0});
}

[[noreturn]] void refuse_open(const std::string& path)
{
    throw base::Error{base::ErrorCode::conflict,
                      fmt::format("'{}' is open: stop todod, and whatever else works on it, first; "
                                  "nothing has been changed",
                                  path)};
}

bool exists(const std::string& path)
{
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0;
}

/// Every table with rows of somebody's; those of the search are made of others.
bool has_rows(Connection& connection)
{
    std::vector<std::string> names;
    {
        auto tables = connection.query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
            "ESCAPE '\\' AND name NOT LIKE 'task_words%' AND name <> 'schema_migrations'");
        while (tables.step())
            names.emplace_back(tables.text(0));
    }
    for (const std::string& name : names) {
        std::string quoted;
        for (const char c : name)
            quoted += c == '"' ? std::string{"\"\""} : std::string{c};
        if (connection.query(fmt::format("SELECT 1 FROM \"{}\" LIMIT 1", quoted)).step()) {
            return true;
        }
    }
    return false;
}

}  // namespace

TakenOver::TakenOver(std::string path) : path_(std::move(path)), is_there_(exists(path_))
{
    if (!is_there_) return;
    try {
        // In WAL mode whoever has it open has a lock on it, also while they do nothing. The log is
        // moved into the file and goes: it is not to be taken for one of the file that comes.
        connection_.emplace(path_, Connection::Mode::read_write);
        connection_->script(
            "PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;"
            "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; COMMIT;");
    } catch (const base::Error& error) {
        connection_.reset();
        if (error.cause().contains("locked")) refuse_open(path_);
        if (error.code() == base::ErrorCode::unavailable) throw;
        lock_damaged();
    }
}

/// The same lock, without SQLite, which does not take the file for a database.
void TakenOver::lock_damaged()
{
    constexpr off_t sqlite_locks = 0x4000'0000;
    constexpr off_t sqlite_locks_size = 512;
    file_ = File{::open(path_.c_str(), O_RDWR | O_CLOEXEC)};
    if (!file_) fail(path_, "opened");
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = sqlite_locks;
    lock.l_len = sqlite_locks_size;
    if (::fcntl(file_.get(), F_OFD_SETLK, &lock) == 0) return;
    if (errno == EAGAIN || errno == EACCES) refuse_open(path_);
    fail(path_, "locked");
}

bool TakenOver::has_data()
{
    if (!is_there_) return false;
    if (!connection_) return true;
    try {
        return has_rows(*connection_);
    } catch (const base::Error&) {
        return true;
    }
}

/// As the old file, or the folder that todod's user has: whoever restores may be root.
void give_to_owner(const std::string& draft, const std::string& path, bool is_there)
{
    struct stat status{};
    const auto folder = std::filesystem::path{path}.parent_path().string();
    const std::string like = is_there ? path : folder.empty() ? "." : folder;
    if (::stat(like.c_str(), &status) != 0) fail(like, "looked at");
    if (::geteuid() == 0 && ::chown(draft.c_str(), status.st_uid, status.st_gid) != 0) {
        fail(draft, "given to its owner");
    }
}

std::string TakenOver::replace_by(const std::string& draft, const std::string& mark)
{
    give_to_owner(draft, path_, is_there_);
    const std::string name = fmt::format("{}.before-restore-{}", path_, mark);
    std::string kept;
    if (is_there_) {
        // A name more for the old file: its own is never without a whole file.
        if (::link(path_.c_str(), name.c_str()) != 0) fail(path_, "kept");
        kept = name;
    }
    // Of a damaged file, or of one that somebody has taken away: SQLite would take them for those
    // of the file that comes.
    for (const char* const end : {"-wal", "-journal"}) {
        const std::string log = path_ + end;
        if (!exists(log)) continue;
        if (::rename(log.c_str(), (name + end).c_str()) != 0) fail(log, "kept");
        if (kept.empty()) kept = name + end;
    }
    ::unlink((path_ + "-shm").c_str());
    if (::rename(draft.c_str(), path_.c_str()) != 0) fail(path_, "replaced");
    if (!sync_folder_of(path_)) fail(path_, "kept on disk");
    return kept;
}

}  // namespace todod::store::sqlite

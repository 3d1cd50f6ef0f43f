#include "store/sqlite/backups.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "base/time.hpp"
#include "db/migration.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/schema_log.hpp"
#include "store/sqlite/storage.hpp"
#include "store/sqlite/take_over.hpp"

namespace todod::store::sqlite {

using base::Error;
using base::ErrorCode;
using db::sqlite::Connection;

namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
constexpr std::string_view checking = "checking the database";

/// A database of our own for a while, that goes with all that SQLite makes beside it.
class Draft {
public:
    explicit Draft(const std::string& beside) : file_(beside) {}
    ~Draft()
    {
        for (const char* const end : {"-wal", "-shm", "-journal"})
            ::unlink((file_.draft() + end).c_str());
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    NewFile& file() noexcept { return file_; }
    const std::string& path() const noexcept { return file_.draft(); }

private:
    NewFile file_;
};

[[noreturn]] void tell_damaged(std::string_view what, std::string_view why)
{
    throw Error{ErrorCode::internal, fmt::format("{} is damaged ({})", what, why)};
}

/// Throws where SQLite finds a fault in the file, or a reference to nothing. Gives its revision.
int check_database(const std::string& path, std::string_view what, const Progress& progress)
{
    Connection connection{path, Connection::Mode::read_write};
    std::exception_ptr stopped;
    connection.stop_when([&] {
        try {
            progress(checking, 0, 0);
        } catch (...) {
            stopped = std::current_exception();
        }
        return stopped != nullptr;
    });
    try {
        auto faults = connection.query("PRAGMA integrity_check(1)");
        if (!faults.step() || faults.text(0) != "ok") tell_damaged(what, faults.text(0));
        auto lost = connection.query("PRAGMA foreign_key_check");
        if (lost.step()) {
            tell_damaged(what, fmt::format("a row of {} refers to none", lost.text(0)));
        }
    } catch (const Error&) {
        if (stopped) std::rethrow_exception(stopped);
        throw;
    }
    return db::sqlite::SchemaLog{std::move(connection)}.current();
}

class FileSnapshot final : public Snapshot {
public:
    FileSnapshot(const std::string& path, const std::string& beside, const Progress& progress)
        : draft_(beside), progress_(progress)
    {
        copy(path);
        revision_ = check_database(draft_.path(), fmt::format("'{}'", path), progress);
        if (revision_ > 0) return;
        throw Error{
            ErrorCode::conflict,
            fmt::format("'{}' has no tables of todod's: there is nothing to back up", path)};
    }

    int revision() const noexcept override { return revision_; }
    int tool() const noexcept override { return 0; }

    void read(const Sink& sink) override
    {
        const auto all = std::filesystem::file_size(draft_.path());
        const File file{::open(draft_.path().c_str(), O_RDONLY | O_CLOEXEC)};
        std::string piece(piece_bytes, '\0');
        for (std::uint64_t done = 0; done < all;) {
            const ssize_t size = ::read(file.get(), piece.data(), piece.size());
            if (size <= 0) throw Error{ErrorCode::internal, "the copy cannot be read"};
            sink({piece.data(), static_cast<std::size_t>(size)});
            done += static_cast<std::uint64_t>(size);
            progress_("packing", done, all);
        }
    }

private:
    /// Nothing of the copy has to outlive a power cut.
    void copy(const std::string& path)
    {
        Connection source{path, Connection::Mode::read_write};
        Connection target{draft_.path(), Connection::Mode::read_write};
        target.script("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
        source.copy_to(target, [this](std::uint64_t pages, std::uint64_t all) {
            constexpr std::uint64_t page_bytes = 4096;
            progress_("copying the database", pages * page_bytes, all * page_bytes);
        });
        // As a single file: the original keeps a log beside it, and says so in its header.
        target.script("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;");
    }

    Draft draft_;
    const Progress& progress_;
    int revision_ = 0;
};

/// "20261122T101500Z".
std::string mark_of(base::Instant instant)
{
    std::string mark;
    for (const char c : base::to_string(instant)) {
        if (c == '.') break;
        if (c != '-' && c != ':') mark += c;
    }
    return mark + 'Z';
}

}  // namespace

int Backups::newest_revision() const noexcept
{
    return db::sqlite_migrations().back().number;
}

std::unique_ptr<Snapshot> Backups::take(const std::string& file, const Progress& progress)
{
    require_there(path_);
    return std::make_unique<FileSnapshot>(path_, file, progress);
}

/// That the database is whole was seen when it was copied, and that the file is, is seen here.
void Backups::check(const Contents& contents, const Progress&)
{
    contents({});
}

std::string Backups::put_back(const Manifest& manifest, const Contents& contents, bool replace,
                              const Progress& progress)
{
    // Where a link leads, the file is.
    std::error_code none;
    const std::string path = std::filesystem::is_symlink(path_, none)
                                 ? std::filesystem::weakly_canonical(path_).string()
                                 : path_;
    Draft draft{path};
    contents([&](std::string_view bytes) { draft.file().write(bytes); });
    const int revision = check_database(draft.path(), "what was backed up", progress);
    if (revision != manifest.revision) tell_damaged("what was backed up", "another revision");
    draft.file().sync();
    TakenOver old{path};
    if (old.has_data() && !replace) {
        throw Error{ErrorCode::conflict,
                    fmt::format("'{}' has data: --replace puts the backup in its place, and keeps "
                                "it beside it; nothing has been changed",
                                path_)};
    }
    return old.replace_by(draft.path(), mark_of(clock_.now()));
}

}  // namespace todod::store::sqlite

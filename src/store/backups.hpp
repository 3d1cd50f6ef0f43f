#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "store/backup_file.hpp"
#include "store/storage.hpp"

namespace todod::store {

/// The data as it is at one moment, while others go on writing.
class Snapshot {
public:
    virtual ~Snapshot() = default;

    virtual int revision() const noexcept = 0;
    /// As Manifest has it.
    virtual int tool() const noexcept = 0;
    virtual void read(const Sink& sink) = 0;
};

/// A database as it is taken away and put back. Blocks; throws base::Error in words for whoever
/// typed the command.
class Backups {
public:
    /// Reads all that was backed up into the sink.
    using Contents = std::function<void(const Sink&)>;

    virtual ~Backups() = default;

    /// As Manifest has it.
    virtual std::string_view kind() const noexcept = 0;
    /// Of the schema, that this program knows.
    virtual int newest_revision() const noexcept = 0;

    /// It has every write that was answered before. Files that are needed for a while are made
    /// beside `file`.
    virtual std::unique_ptr<Snapshot> take(const std::string& file, const Progress& progress) = 0;

    /// Throws where `contents` could not be put back.
    virtual void check(const Contents& contents, const Progress& progress) = 0;

    /// Puts `contents` in the database's place, all of it or nothing. Throws Error{conflict} where
    /// somebody works on the database, or where it has data, unless that is to be replaced. Gives
    /// where the old data are kept; empty: nowhere.
    virtual std::string put_back(const Manifest& manifest, const Contents& contents, bool replace,
                                 const Progress& progress) = 0;
};

/// `clock` must outlive it. Touches nothing yet.
std::unique_ptr<Backups> open_backups(const DatabaseLocation& location, const base::Clock& clock);

/// Backs up to `file`, which is there only when all of it has been written, is on disk, and has
/// been read again. Throws Error{conflict} where a file of that name is there, unless it is to be
/// replaced. `made_by` is for the manifest.
Manifest back_up(Backups& backups, const std::string& file, bool replace, std::string_view made_by,
                 const base::Clock& clock, const Progress& progress);

struct Restored {
    Manifest manifest;
    std::string kept;  ///< where the old data are; empty: nowhere
};

/// Restores from `file`, once all of it has been read and nothing is wrong with it. Throws as
/// BackupReader::read and Backups::put_back, and Error{bad_request} for a backup of the other kind
/// of database or of a newer schema.
Restored restore(Backups& backups, const std::string& file, bool replace, const Progress& progress);

}  // namespace todod::store

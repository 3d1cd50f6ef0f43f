#include "store/backups.hpp"

#include "base/error.hpp"
#include "store/postgres/backups.hpp"
#include "store/sqlite/backups.hpp"

namespace todod::store {

namespace {

[[noreturn]] void refuse(const std::string& file, std::string_view why)
{
    throw base::Error{base::ErrorCode::bad_request,
                      fmt::format("'{}' {}; nothing has been changed", file, why)};
}

void check_fits(const Backups& backups, const Manifest& manifest, const std::string& file)
{
    if (manifest.database != backups.kind()) {
        refuse(file, fmt::format("is a backup of {}, and DATABASE_URL is one of {}: restore it "
                                 "into a database of its kind (todod copy takes it to the other)",
                                 manifest.database, backups.kind()));
    }
    if (manifest.revision > backups.newest_revision()) {
        refuse(file, fmt::format("has the schema {:04}, made by a newer todod ({}); this one knows "
                                 "up to {:04}: restore it with that one",
                                 manifest.revision, manifest.program, backups.newest_revision()));
    }
}

}  // namespace

std::unique_ptr<Backups> open_backups(const DatabaseLocation& location, const base::Clock& clock)
{
    if (const auto* file = std::get_if<SqliteFile>(&location)) {
        return std::make_unique<sqlite::Backups>(file->path, clock);
    }
    return std::make_unique<postgres::Backups>(std::get<db::postgres::Settings>(location));
}

Manifest back_up(Backups& backups, const std::string& file, bool replace, std::string_view made_by,
                 const base::Clock& clock, const Progress& progress)
{
    check_place(file, replace);
    NewFile made{file};
    Manifest manifest{.database = std::string{backups.kind()},
                      .program = std::string{made_by},
                      .made_at = clock.now()};
    {
        const auto snapshot = backups.take(file, progress);
        manifest.revision = snapshot->revision();
        manifest.tool = snapshot->tool();
        BackupWriter writer{made, manifest};
        snapshot->read([&](std::string_view bytes) { writer.write(bytes); });
        writer.finish();
    }
    made.sync();
    BackupReader reader{made.draft()};
    backups.check([&](const Sink& sink) { reader.read(sink, progress); }, progress);
    made.publish(replace);
    return manifest;
}

Restored restore(Backups& backups, const std::string& file, bool replace, const Progress& progress)
{
    BackupReader reader{file};
    Restored restored{.manifest = reader.read({}, progress), .kept = {}};
    check_fits(backups, restored.manifest, file);
    restored.kept = backups.put_back(
        restored.manifest, [&](const Sink& sink) { reader.read(sink, progress); }, replace,
        progress);
    return restored;
}

}  // namespace todod::store

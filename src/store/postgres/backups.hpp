#pragma once

#include <memory>
#include <string>

#include "db/postgres/settings.hpp"
#include "store/backups.hpp"

namespace todod::store::postgres {

/// A server's: what is backed up is the whole database of DATABASE_URL, as pg_dump writes it
/// (custom format), and pg_restore puts it back.
class Backups final : public store::Backups {
public:
    explicit Backups(db::postgres::Settings settings) : settings_(std::move(settings)) {}

    std::string_view kind() const noexcept override { return "postgresql"; }
    int newest_revision() const noexcept override;
    std::unique_ptr<Snapshot> take(const std::string& file, const Progress& progress) override;
    void check(const Contents& contents, const Progress& progress) override;
    std::string put_back(const Manifest& manifest, const Contents& contents, bool replace,
                         const Progress& progress) override;

private:
    const db::postgres::Settings settings_;
};

}  // namespace todod::store::postgres

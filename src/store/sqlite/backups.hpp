#pragma once

#include <memory>
#include <string>

#include "store/backups.hpp"

namespace todod::store::sqlite {

/// A file's: what is backed up is the file, as SQLite copies it while others write. The secret that
/// is kept beside it (secret_file.hpp) is not a part of it.
class Backups final : public store::Backups {
public:
    /// `clock` must outlive it.
    Backups(std::string path, const base::Clock& clock) : path_(std::move(path)), clock_(clock) {}

    std::string_view kind() const noexcept override { return "sqlite"; }
    int newest_revision() const noexcept override;
    std::unique_ptr<Snapshot> take(const std::string& file, const Progress& progress) override;
    void check(const Contents& contents, const Progress& progress) override;
    std::string put_back(const Manifest& manifest, const Contents& contents, bool replace,
                         const Progress& progress) override;

private:
    const std::string path_;
    const base::Clock& clock_;
};

}  // namespace todod::store::sqlite

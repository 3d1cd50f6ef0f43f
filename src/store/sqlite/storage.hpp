#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "db/sqlite/writer.hpp"
#include "store/database.hpp"

namespace todod::store::sqlite {

/// A file, and the one writer that all I/O threads share.
class Storage final : public store::Storage {
public:
    explicit Storage(std::string path, SessionTable sessions = {})
        : path_(std::move(path)), sessions_(std::move(sessions))
    {
    }

    std::string description() const override { return path_; }
    bool is_remote() const noexcept override { return false; }
    std::unique_ptr<db::Migrator> migrator(const base::Clock& clock, bool create) override;
    std::unique_ptr<store::Database> connect(base::Loop& loop) override;
    std::string keep_secret(base::Random& random) override;
    std::unique_ptr<store::CopySource> copy_source() override;
    std::unique_ptr<store::CopyTarget> copy_target() override;
    std::unique_ptr<db::Signals> signals(base::Loop&, db::SignalHandlers) override { return {}; }
    db::Activity activity() override;

    /// Opened when it is first asked for. From any thread.
    db::sqlite::Writer& writer();

private:
    const std::string path_;
    const SessionTable sessions_;
    std::mutex mutex_;  ///< of what follows
    std::unique_ptr<db::sqlite::Writer> writer_;
    std::vector<std::shared_ptr<const db::BatchCounters>> readers_;
};

/// As store::require_there.
void require_there(const std::string& path);

}  // namespace todod::store::sqlite

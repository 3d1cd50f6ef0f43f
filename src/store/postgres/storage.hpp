#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "db/postgres/connector.hpp"
#include "db/postgres/settings.hpp"
#include "store/database.hpp"

namespace todod::store::postgres {

/// A server, and who opens the connections to it for all I/O threads.
class Storage final : public store::Storage {
public:
    Storage(db::postgres::Settings settings, std::size_t threads)
        : settings_(std::move(settings)), threads_(threads)
    {
    }

    std::string description() const override { return describe(settings_); }
    bool is_remote() const noexcept override { return true; }
    std::unique_ptr<db::Migrator> migrator(const base::Clock& clock, bool create) override;
    std::unique_ptr<store::Database> connect(base::Loop& loop) override;
    std::string keep_secret(base::Random& random) override;

private:
    const db::postgres::Settings settings_;
    const std::size_t threads_;
    std::mutex mutex_;  ///< of whoever connects first
    std::unique_ptr<db::postgres::Connector> connector_;
};

}  // namespace todod::store::postgres

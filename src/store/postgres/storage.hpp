#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "db/postgres/connector.hpp"
#include "db/postgres/settings.hpp"
#include "store/database.hpp"
#include "store/postgres/gathers.hpp"

namespace todod::store::postgres {

/// A server, and the lines to it that the I/O threads share.
class Storage final : public store::Storage {
public:
    /// How many I/O threads one line serves: it does a fourth of their work.
    static constexpr std::size_t threads_a_line = 4;

    Storage(db::postgres::Settings settings, std::size_t threads, SessionTable sessions = {})
        : settings_(std::move(settings)),
          sessions_(std::move(sessions)),
          lines_((threads + threads_a_line - 1) / threads_a_line)
    {
    }

    std::string description() const override { return describe(settings_); }
    bool is_remote() const noexcept override { return true; }
    std::unique_ptr<db::Migrator> migrator(const base::Clock& clock, bool create) override;
    std::unique_ptr<store::Database> connect(base::Loop& loop) override;
    std::string keep_secret(base::Random& random) override;
    std::unique_ptr<store::CopySource> copy_source() override;
    std::unique_ptr<store::CopyTarget> copy_target() override;
    std::unique_ptr<db::Signals> signals(base::Loop& loop, db::SignalHandlers handlers) override;
    db::Activity activity() override;

private:
    db::postgres::Connector& connector();

    const db::postgres::Settings settings_;
    const SessionTable sessions_;
    const std::size_t lines_;
    std::mutex mutex_;  ///< of what follows
    std::unique_ptr<db::postgres::Connector> connector_;
    std::vector<std::unique_ptr<Gathers>> gathers_;
    std::size_t connected_ = 0;
};

}  // namespace todod::store::postgres

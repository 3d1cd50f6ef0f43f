#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "db/postgres/session.hpp"
#include "db/postgres/settings.hpp"
#include "store/copy.hpp"

namespace todod::store::postgres {

/// A database in one transaction of its own connection.
class CopyReader final : public store::CopySource {
public:
    enum class Use : std::uint8_t {
        look,   ///< as it is now, whatever others write meanwhile (REPEATABLE READ, READ ONLY)
        write,  ///< what is not committed before this goes has never been
    };

    CopyReader(const db::postgres::Settings& settings, Use use);

    bool has(const CopiedTable& table) override;
    void read(const CopiedTable& table, const TakeRows& take) override;
    std::optional<std::string> find_secret() override;

    db::postgres::Session& session() noexcept { return session_; }

private:
    db::postgres::Session session_;
    std::optional<bool> has_sessions_;
};

}  // namespace todod::store::postgres

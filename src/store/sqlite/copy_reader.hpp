#pragma once

#include <string>

#include "db/sqlite/connection.hpp"
#include "store/copy.hpp"

namespace todod::store::sqlite {

/// A file in one transaction of its own connection.
class CopyReader final : public store::CopySource {
public:
    /// To look: what others write meanwhile is not seen. To write: nobody else does until this
    /// goes, and what was not committed is taken back then.
    CopyReader(std::string path, db::sqlite::Connection::Mode mode);

    bool has(const CopiedTable& table) override;
    void read(const CopiedTable& table, const TakeRows& take) override;
    std::optional<std::string> find_secret() override;

    db::sqlite::Connection& connection() noexcept { return connection_; }
    const std::string& path() const noexcept { return path_; }
    void commit() { transaction_.commit(); }

private:
    void check_count(const CopiedTable& table, std::int64_t read);

    const std::string path_;
    db::sqlite::Connection connection_;
    db::sqlite::Transaction transaction_;
};

/// Whether rows of a table stand under their user's user_key.
bool is_by_user_key(const CopiedTable& table) noexcept;

}  // namespace todod::store::sqlite

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "db/sqlite/connection.hpp"
#include "store/copy.hpp"

namespace todod::store::sqlite {

/// A file in one transaction of its own connection.
class CopyReader final : public store::CopySource {
public:
    enum class Use : std::uint8_t {
        look,   ///< as it is now, whatever others write meanwhile
        write,  ///< nobody else does; what is not committed before this goes has never been
    };

    CopyReader(std::string path, Use use);

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

/// Of a table whose key is one number, of the user_key and the second column: its name; empty: of
/// any other.
std::string_view one_key_of(const CopiedTable& table) noexcept;

}  // namespace todod::store::sqlite

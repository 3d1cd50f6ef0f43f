#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/sqlite/reader.hpp"
#include "store/sessions.hpp"

namespace todod::store::sqlite {

class Sessions final : public store::Sessions {
public:
    /// The reader must outlive this.
    Sessions(db::sqlite::Reader& reader, SessionTable table);

    base::Async<std::optional<Session>> find(std::vector<std::string> tokens) override;

private:
    db::sqlite::Reader& reader_;
    const SessionTable table_;
    const std::string statement_;
};

/// The ways in which SQLite's tables keep an instant: RFC 3339, or as SQLite's own datetime(),
/// which is in UTC; or, in digits, seconds since 1970, or milliseconds where they are too many for
/// seconds. Nothing for anything else.
std::optional<base::Instant> read_expiry(std::string_view text);

}  // namespace todod::store::sqlite

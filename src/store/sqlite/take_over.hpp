#pragma once

#include <memory>
#include <optional>
#include <string>

#include "db/sqlite/connection.hpp"
#include "store/file.hpp"

namespace todod::store::sqlite {

/// A database's file that is to be replaced by another: nobody else has it open, nor can they open
/// it as long as this lives. It may be damaged, or not there.
class TakenOver {
public:
    /// Throws Error{conflict} when somebody has it open.
    explicit TakenOver(std::string path);

    /// Whether there is anything that a user would miss. A file that cannot be read has.
    bool has_data();

    /// Puts the file `draft` in its place, and keeps the old one beside it, whose path it gives
    /// (empty: there was none). `mark` is for its name.
    std::string replace_by(const std::string& draft, const std::string& mark);

private:
    void lock_damaged();

    const std::string path_;
    bool is_there_;
    std::optional<db::sqlite::Connection> connection_;  ///< that has it for itself alone
    File file_{-1};                                     ///< the same, of a damaged one
};

}  // namespace todod::store::sqlite

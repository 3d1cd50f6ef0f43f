#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/copied_tables.hpp"

namespace todod::store {

/// A value as neither database has it of its own; monostate: null.
using CopyValue =
    std::variant<std::monostate, bool, std::int64_t, std::string, base::Uuid, base::Instant>;

/// A value for each of its table's columns.
using CopyRow = std::vector<CopyValue>;

/// The text of a column that has one.
const std::string& text_of(const CopyRow& row, std::size_t column);

/// A whole database as it was at one moment: one transaction of a connection of its own. Every
/// user's rows on purpose, as in all of this. Blocks; for one thread.
class CopySource {
public:
    using TakeRows = std::function<void(const std::vector<CopyRow>&)>;

    virtual ~CopySource() = default;

    /// False for a table of sessions that is not as todod makes it: an auth server's own, which is
    /// left alone.
    virtual bool has(const CopiedTable& table) = 0;

    /// Gives all rows in the order of their key, some at a time; those of an e-mail, a search index
    /// and the like, which follow from the others, are not among them.
    virtual void read(const CopiedTable& table, const TakeRows& take) = 0;

    /// The secret that todod has made and kept, if it has.
    virtual std::optional<std::string> find_secret() = 0;
};

/// A database that a whole one is put into, in one transaction that nobody sees before it is
/// committed, and of which nothing stays when this goes without that. What keeps others from
/// writing meanwhile is held until then.
class CopyTarget {
public:
    virtual ~CopyTarget() = default;

    /// Of a table that it has; in the order of the key. Makes what follows from the rows as well.
    virtual void add(const CopiedTable& table, const std::vector<CopyRow>& rows) = 0;

    /// In place of the one that it has made, if it has.
    virtual void keep_secret(const std::string& secret) = 0;

    /// What it holds so far.
    virtual CopySource& written() = 0;

    /// Returns once all of it is durable.
    virtual void commit() = 0;
};

/// What a database holds of a table.
struct TableContent {
    std::string_view name;
    std::int64_t rows = 0;
    std::string checksum;  ///< SHA-256 over the rows in the order of their key, in base64url

    bool operator==(const TableContent&) const = default;
};

/// What a database holds.
struct Content {
    std::vector<TableContent> tables;
    std::vector<std::string_view> left;  ///< tables that are an auth server's own
    std::optional<std::string> secret;
};

/// Told now and then how many rows of a table have been gone through.
using CopyProgress =
    std::function<void(std::string_view doing, std::string_view table, std::int64_t rows)>;

Content read_content(CopySource& source, const CopyProgress& progress);

/// What is not the same in both, as a text for people; empty: nothing. A table that one of them
/// leaves to an auth server is not compared, and neither is a secret that only the other has.
std::string find_difference(const Content& a, const Content& b);

/// Copies all that there is, reads it again from the target, holds one against the other and
/// commits. Gives what has been copied. Throws Error{conflict} for a row that the target does not
/// take, Error{internal} where what it holds then is not the same.
Content copy(CopySource& source, CopyTarget& target, const CopyProgress& progress);

/// What a target throws that has rows already: Error{conflict}.
[[noreturn]] void refuse_target(std::string_view description, std::string_view table);

}  // namespace todod::store

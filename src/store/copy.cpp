#include "store/copy.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace todod::store {

namespace {

void add_number(std::uint64_t number, std::string& to)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        to += static_cast<char>(number >> shift);
}

/// Each value as its kind, and what cannot be taken for the beginning of the next.
struct Canonical {
    std::string& to;

    void operator()(std::monostate) const {}
    void operator()(bool flag) const { to += flag ? '\1' : '\0'; }
    void operator()(std::int64_t number) const
    {
        add_number(static_cast<std::uint64_t>(number), to);
    }
    void operator()(const std::string& text) const
    {
        add_number(text.size(), to);
        to += text;
    }
    void operator()(const base::Uuid& id) const
    {
        to.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
    }
    void operator()(base::Instant instant) const
    {
        add_number(static_cast<std::uint64_t>(instant.time_since_epoch().count()), to);
    }
};

/// Counts and sums up what is read of a table.
class Tally {
public:
    explicit Tally(const CopiedTable& table) : name_(table.name) {}

    void add(const std::vector<CopyRow>& rows)
    {
        std::string bytes;
        for (const CopyRow& row : rows) {
            for (const CopyValue& value : row) {
                bytes += static_cast<char>(value.index());
                std::visit(Canonical{bytes}, value);
            }
        }
        sum_.add(bytes);
        rows_ += static_cast<std::int64_t>(rows.size());
    }

    std::int64_t rows() const noexcept { return rows_; }

    TableContent finish() { return {name_, rows_, base::base64url_encode(sum_.finish())}; }

private:
    std::string_view name_;
    std::int64_t rows_ = 0;
    base::Sha256 sum_;
};

/// For people: "(ada, 17)".
std::string key_of(const CopiedTable& table, const CopyRow& row)
{
    struct Show {
        std::string operator()(std::monostate) const { return "null"; }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const base::Uuid& id) const { return base::to_string(id); }
        std::string operator()(base::Instant instant) const { return base::to_string(instant); }
    };
    std::string key;
    for (std::size_t i = 0; i < table.keys; ++i)
        key += (key.empty() ? "" : ", ") + std::visit(Show{}, row[i]);
    return '(' + key + ')';
}

/// What the target says of rows that it does not take, with which they are. A session's key may be
/// what its user sends.
[[noreturn]] void refuse_rows(const CopiedTable& table, const std::vector<CopyRow>& rows,
                              std::string_view reason)
{
    const std::string where = &table == &copied::user_sessions
                                  ? std::string{}
                                  : fmt::format(" between {} and {}", key_of(table, rows.front()),
                                                key_of(table, rows.back()));
    throw base::Error{
        base::ErrorCode::conflict,
        fmt::format("the target does not take what {} has{}: {}", table.name, where, reason)};
}

void add_rows(CopyTarget& target, const CopiedTable& table, const std::vector<CopyRow>& rows)
{
    try {
        target.add(table, rows);
    } catch (const base::Error& error) {
        if (error.code() == base::ErrorCode::unavailable) throw;
        refuse_rows(table, rows, error.message());
    } catch (const std::exception& error) {
        refuse_rows(table, rows, error.what());  // as of JSON that is none
    }
}

/// Reads a table, and gives each page to `take` as well.
TableContent go_through(CopySource& source, const CopiedTable& table, std::string_view doing,
                        const CopyProgress& progress, const CopySource::TakeRows& take)
{
    Tally tally{table};
    source.read(table, [&](const std::vector<CopyRow>& rows) {
        take(rows);
        tally.add(rows);
        progress(doing, table.name, tally.rows());
    });
    return tally.finish();
}

const TableContent* find_table(const Content& content, std::string_view name)
{
    const auto found = std::ranges::find(content.tables, name, &TableContent::name);
    return found == content.tables.end() ? nullptr : &*found;
}

}  // namespace

const std::string& text_of(const CopyRow& row, std::size_t column)
{
    return std::get<std::string>(row[column]);
}

Content read_content(CopySource& source, const CopyProgress& progress)
{
    Content content;
    for (const CopiedTable* const table : copied::all) {
        if (!source.has(*table)) {
            content.left.push_back(table->name);
            continue;
        }
        content.tables.push_back(
            go_through(source, *table, "checking", progress, [](const auto&) {}));
    }
    content.secret = source.find_secret();
    return content;
}

std::string find_difference(const Content& a, const Content& b)
{
    for (const TableContent& table : a.tables) {
        const TableContent* const other = find_table(b, table.name);
        if (other == nullptr || table == *other) continue;
        if (table.rows != other->rows) {
            return fmt::format("{} has {} rows, and {}", table.name, table.rows, other->rows);
        }
        return fmt::format("the {} rows of {} are not the same", table.rows, table.name);
    }
    if (a.secret && b.secret && !base::equals_in_constant_time(*a.secret, *b.secret)) {
        return "the secrets that were made for signing are not the same";
    }
    return {};
}

Content copy(CopySource& source, CopyTarget& target, const CopyProgress& progress)
{
    Content content;
    for (const CopiedTable* const table : copied::all) {
        if (!source.has(*table) || !target.written().has(*table)) {
            content.left.push_back(table->name);
            continue;
        }
        content.tables.push_back(
            go_through(source, *table, "copying", progress,
                       [&](const std::vector<CopyRow>& rows) { add_rows(target, *table, rows); }));
    }
    content.secret = source.find_secret();
    // Before the rest is there for all: a server must not start on it with another secret.
    if (content.secret) target.keep_secret(*content.secret);
    const std::string difference =
        find_difference(content, read_content(target.written(), progress));
    if (!difference.empty()) {
        throw base::Error{
            base::ErrorCode::internal,
            "nothing is copied: what the target has is not what was read: " + difference};
    }
    target.commit();
    return content;
}

void refuse_target(std::string_view description, std::string_view table)
{
    throw base::Error{base::ErrorCode::conflict,
                      fmt::format("{} has rows in its table {}: a copy goes into a database that "
                                  "has nobody's data yet",
                                  description, table)};
}

}  // namespace todod::store

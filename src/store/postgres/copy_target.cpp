#include "store/postgres/copy_target.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "db/postgres/copied_rows.hpp"
#include "db/postgres/error.hpp"
#include "store/postgres/secrets.hpp"
#include "store/postgres/task_terms.hpp"
#include "store/tags.hpp"

namespace todod::store::postgres {

using db::postgres::CopiedRows;
using db::postgres::Json;

namespace {

/// What PostgreSQL does not keep is told by its column: the server's own words name no row.
void check_text(const std::string& text, const CopiedColumn& column)
{
    const bool has_null = text.contains('\0');
    if (!has_null && base::is_valid_utf8(text)) return;
    throw base::Error{base::ErrorCode::conflict,
                      fmt::format("a {} has {}, which PostgreSQL does not take", column.name,
                                  has_null ? "U+0000" : "what is no UTF-8")};
}

void add_value(CopiedRows& to, const CopyValue& value, const CopiedColumn& column)
{
    if (std::holds_alternative<std::monostate>(value)) return to.add_null();
    switch (column.kind) {
        case ColumnKind::text:
            check_text(std::get<std::string>(value), column);
            return to.add(std::get<std::string>(value));
        case ColumnKind::json:
            check_text(std::get<std::string>(value), column);
            return to.add(Json{std::get<std::string>(value)});
        case ColumnKind::integer:
            return to.add(std::get<std::int64_t>(value));
        case ColumnKind::small:
            return to.add(static_cast<std::int16_t>(std::get<std::int64_t>(value)));
        case ColumnKind::boolean:
            return to.add(std::get<bool>(value));
        case ColumnKind::instant:
            return to.add(std::get<base::Instant>(value));
        case ColumnKind::uuid:
            return to.add(std::get<base::Uuid>(value));
    }
}

/// What a task is sorted and searched by.
void add_terms(CopiedRows& to, const CopyRow& row)
{
    constexpr const CopiedTable& tasks = copied::tasks;
    types::Task task;
    task.user_id = text_of(row, tasks.column("user_id"));
    task.title = text_of(row, tasks.column("title"));
    if (const auto* text = std::get_if<std::string>(&row[tasks.column("description")])) {
        task.description = *text;
    }
    task.tags = tags_from_json(text_of(row, tasks.column("tags")));
    to.add(base::fold_case(task.title));
    to.add(terms_of(task));
}

/// The columns of `table` that a row of it has here, in the order of CopiedTable. A token's hash
/// stands in a table of its own.
bool is_kept(const CopiedTable& table, const CopiedColumn& column)
{
    return &table != &copied::tokens || column.name != "hash";
}

void copy_rows(db::postgres::Session& session, const CopiedTable& table,
               const std::vector<CopyRow>& rows)
{
    const bool is_tasks = &table == &copied::tasks;
    std::string names;
    std::size_t count = 0;
    for (const CopiedColumn& column : table.columns) {
        if (!is_kept(table, column)) continue;
        names += fmt::format("{}{}", count++ == 0 ? "" : ", ", column.name);
    }
    if (is_tasks) names += ", title_folded, terms";
    CopiedRows copied{is_tasks ? count + 2 : count};
    for (const CopyRow& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (is_kept(table, table.columns[i])) add_value(copied, row[i], table.columns[i]);
        }
        if (is_tasks) add_terms(copied, row);
    }
    session.copy(fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", table.name, names), copied);
}

void copy_emails(db::postgres::Session& session, const std::vector<CopyRow>& users)
{
    CopiedRows copied{2};
    for (const CopyRow& user : users) {
        const auto* email = std::get_if<std::string>(&user[copied::users.column("email")]);
        if (email == nullptr) continue;
        copied.add(base::fold_case(*email));
        copied.add(text_of(user, copied::users.column("user_id")));
    }
    session.copy("COPY user_emails (email_folded, user_id) FROM STDIN (FORMAT binary)", copied);
}

void copy_hashes(db::postgres::Session& session, const std::vector<CopyRow>& tokens)
{
    CopiedRows copied{3};
    for (const CopyRow& token : tokens) {
        for (const std::string_view name : {"hash", "user_id", "id"}) {
            const std::size_t column = copied::tokens.column(name);
            add_value(copied, token[column], copied::tokens.columns[column]);
        }
    }
    session.copy("COPY token_hashes (hash, user_id, id) FROM STDIN (FORMAT binary)", copied);
}

}  // namespace

CopyTarget::CopyTarget(const db::postgres::Settings& settings)
    : reader_(settings, CopyReader::Use::write)
{
    db::postgres::Session& session = reader_.session();
    session.script("LOCK TABLE user_emails, token_hashes, secrets IN SHARE ROW EXCLUSIVE MODE");
    for (const CopiedTable* const table : copied::all) {
        if (!reader_.has(*table)) continue;
        session.script(fmt::format("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", table->name));
        if (session.query(fmt::format("SELECT 1 FROM {} LIMIT 1", table->name)).size() > 0) {
            refuse_target(describe(settings), table->name);
        }
    }
}

void CopyTarget::add(const CopiedTable& table, const std::vector<CopyRow>& rows)
{
    db::postgres::Session& session = reader_.session();
    copy_rows(session, table, rows);
    if (&table == &copied::users) copy_emails(session, rows);
    if (&table == &copied::tokens) copy_hashes(session, rows);
}

void CopyTarget::keep_secret(const std::string& secret)
{
    replace_secret(reader_.session(), secret);
}

void CopyTarget::commit()
{
    try {
        reader_.session().script("COMMIT");
    } catch (const db::postgres::ConnectionError& error) {
        throw base::Error::unavailable(
            "The database is not available.", std::chrono::seconds{1},
            fmt::format("the connection was lost while the copy was being committed, so all of it "
                        "is there or nothing ('todod user list' tells): {}",
                        error.cause()));
    }
}

}  // namespace todod::store::postgres

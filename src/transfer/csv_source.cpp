#include "auth/user_id.hpp"
#include "transfer/columns.hpp"
#include "transfer/csv.hpp"
#include "transfer/sources.hpp"
#include "transfer/task_maker.hpp"

namespace todod::transfer {

namespace {

using base::Error;
using base::ErrorCode;
using types::CreateTask;

constexpr std::size_t max_shown_header = 40;

class CsvSource final : public Source {
public:
    CsvSource(std::string_view text, SourceOptions options, Faults& faults)
        : reader_(text, find_separator(text)),
          options_(std::move(options)),
          faults_(faults),
          maker_(options_.now)
    {
        if (!reader_.next(row_)) throw Error{ErrorCode::bad_request, "the file is empty"};
        for (const CsvCell& cell : row_)
            add_column(cell.text);
        if (find("title") == nullptr) {
            throw Error{ErrorCode::bad_request,
                        "line 1: no column is called title: is it the file's header?"};
        }
    }

    bool names_users() const noexcept override { return find("user_id") != nullptr; }

    std::optional<Row> next() override
    {
        while (reader_.next(row_)) {
            if (auto task = read()) return TaskRow{reader_.line(), *std::move(task)};
        }
        return std::nullopt;
    }

private:
    const schema::Field* find(std::string_view name) const noexcept
    {
        for (const schema::Field* const column : columns_) {
            if (column != nullptr && column->name == name) return column;
        }
        return nullptr;
    }

    void add_column(std::string_view header)
    {
        const schema::Field* const field = find_column(header);
        if (field == nullptr && !options_.ignores_unknown) refuse(header);
        if (field != nullptr && find(field->name) != nullptr) {
            throw Error{ErrorCode::bad_request,
                        fmt::format("line 1: two columns are called {}", field->name)};
        }
        columns_.push_back(field);
    }

    [[noreturn]] static void refuse(std::string_view header)
    {
        const auto nearest = nearest_column(header);
        throw Error{
            ErrorCode::bad_request,
            fmt::format("line 1: no field of a task is called '{}'{} (--ignore-unknown leaves such "
                        "columns out)",
                        base::cut(header, max_shown_header),
                        nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest))};
    }

    std::optional<types::Task> read()
    {
        const std::size_t line = reader_.line();
        if (row_.size() != columns_.size()) {
            faults_.add(line, fmt::format("{} cells, and the header has {}.", row_.size(),
                                          columns_.size()));
            return std::nullopt;
        }
        CreateTask input;
        schema::Reader reader;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i] != nullptr) set(input, *columns_[i], row_[i], reader);
        }
        if (!input.title.given) set_field(input, "title", "", reader);
        std::string user_id = options_.user_id.empty() ? input.user_id.value : options_.user_id;
        const bool is_users = auth::is_user_id(user_id);
        if (!is_users) faults_.add(line, "user_id is missing, or none that a user may have.");
        if (faults_.take(line, reader) || !is_users) return std::nullopt;
        return maker_.make(std::move(input), std::move(user_id), line, faults_);
    }

    /// A cell that says nothing is as if it were not there; an empty text in quotes is one.
    static void set(CreateTask& input, const schema::Field& column, const CsvCell& cell,
                    schema::Reader& reader)
    {
        const auto text = unguard(cell.text);
        if (column.name == "tags") {
            for (const std::string& tag : split_tags(text))
                set_field(input, column.name, tag, reader);
            return;
        }
        if (column.name == "description" || column.name == "user_id") {
            if (cell.is_quoted || !text.empty()) set_field(input, column.name, text, reader);
        } else if (const auto trimmed = base::trim(text); !trimmed.empty()) {
            set_field(input, column.name, trimmed, reader);
        }
    }

    CsvReader reader_;
    const SourceOptions options_;
    Faults& faults_;
    TaskMaker maker_;
    CsvRow row_;
    std::vector<const schema::Field*> columns_;  ///< null: left out
};

}  // namespace

std::unique_ptr<Source> csv_source(std::string_view text, SourceOptions options, Faults& faults)
{
    return std::make_unique<CsvSource>(text, std::move(options), faults);
}

}  // namespace todod::transfer

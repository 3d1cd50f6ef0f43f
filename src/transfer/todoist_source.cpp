#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "transfer/columns.hpp"
#include "transfer/csv.hpp"
#include "transfer/sources.hpp"
#include "transfer/task_maker.hpp"
#include "transfer/todoist.hpp"
#include "types/task_limits.hpp"

namespace todod::transfer {

namespace {

using base::Error;
using base::ErrorCode;
using types::CreateTask;

constexpr std::array<std::string_view, 14> known_columns{
    "TYPE", "CONTENT",   "DESCRIPTION", "PRIORITY", "INDENT",        "AUTHOR",   "RESPONSIBLE",
    "DATE", "DATE_LANG", "TIMEZONE",    "DURATION", "DURATION_UNIT", "DEADLINE", "DEADLINE_LANG"};
constexpr std::size_t max_indent = 100;

std::string upper(std::string_view text)
{
    std::string upper{base::trim(text)};
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    return upper;
}

/// A task whose comments may still come.
struct Pending {
    std::size_t line = 0;
    CreateTask input{};
    std::string description{};
    bool is_faulty = false;
    std::string said{};  ///< what tells it from others: its date as it is written
};

class TodoistSource final : public Source {
public:
    TodoistSource(std::string_view text, SourceOptions options, Faults& faults)
        : reader_(text, find_separator(text)),
          options_(std::move(options)),
          faults_(faults),
          maker_(options_.now)
    {
        if (!reader_.next(row_)) throw Error{ErrorCode::bad_request, "the file is empty"};
        for (const CsvCell& cell : row_)
            add_column(cell.text);
        for (const std::string_view needed : {"TYPE", "CONTENT"}) {
            if (std::ranges::find(columns_, needed) != columns_.end()) continue;
            throw Error{
                ErrorCode::bad_request,
                fmt::format("line 1: no column is called {}: is it a CSV file of Todoist's?",
                            needed)};
        }
    }

    bool names_users() const noexcept override { return false; }

    std::optional<Row> next() override
    {
        while (reader_.next(row_)) {
            if (row_.size() > columns_.size()) {
                faults_.add(reader_.line(), fmt::format("{} cells, and the header has {}.",
                                                        row_.size(), columns_.size()));
                continue;
            }
            if (auto task = read()) return task;
        }
        return finish();
    }

private:
    void add_column(std::string_view header)
    {
        const std::string name = upper(header);
        const bool is_known = std::ranges::find(known_columns, name) != known_columns.end();
        if (!is_known && !options_.ignores_unknown) {
            const auto nearest = base::find_nearest(name, known_columns);
            throw Error{ErrorCode::bad_request,
                        fmt::format("line 1: Todoist has no column '{}'{} (--ignore-unknown leaves "
                                    "such columns out)",
                                    base::cut(name, 40),
                                    nearest ? fmt::format("; did you mean '{}'?", *nearest) : "")};
        }
        columns_.push_back(name);
    }

    std::string_view cell(std::string_view name) const
    {
        for (std::size_t i = 0; i < row_.size(); ++i) {
            if (columns_[i] == name) return base::trim(row_[i].text);
        }
        return {};
    }

    /// The task before, when this row ends it.
    std::optional<Row> read()
    {
        const std::string type = upper(cell("TYPE"));
        const bool is_empty =
            std::ranges::all_of(row_, [](const CsvCell& each) { return each.text.empty(); });
        if (is_empty || type == "META") return std::nullopt;
        if (type == "NOTE") {
            add_comment();
            return std::nullopt;
        }
        if (type != "TASK" && type != "SECTION") {
            faults_.add(reader_.line(), "TYPE must be task, section or note.");
            return std::nullopt;
        }
        auto done = finish();
        if (type == "SECTION") {
            section_ = cell("CONTENT");
            titles_.clear();
        } else {
            begin_task();
        }
        return done;
    }

    void add_comment()
    {
        if (!pending_) {
            ++losses_.project_comments;
            return;
        }
        const auto day = base::parse_instant(cell("DATE"));
        add_line(day ? fmt::format("Comment of {}",
                                   base::to_string(std::chrono::floor<std::chrono::days>(*day)))
                     : "Comment",
                 cell("CONTENT"));
    }

    /// Appends a line to the description, unless it would say nothing.
    void add_line(std::string_view what, std::string_view text)
    {
        if (text.empty()) return;
        std::string& description = pending_->description;
        if (!description.empty()) description += '\n';
        description += what;
        description += ": ";
        description += text;
    }

    void begin_task()
    {
        const std::size_t before = faults_.count();
        Pending& task = pending_.emplace();
        task.line = reader_.line();
        task.description = cell("DESCRIPTION");
        schema::Reader reader;
        LabelledText content = take_labels(cell("CONTENT"));
        set_title(content.text, reader);
        for (const std::string& label : content.labels)
            set_field(task.input, "tags", label, reader);
        set_section(reader);
        set_priority();
        set_parent(content.text);
        add_line("Assigned to", cell("RESPONSIBLE"));
        set_due();
        if (const auto duration = cell("DURATION"); !duration.empty()) {
            add_line("Takes", fmt::format("{} {}", duration, cell("DURATION_UNIT")));
        }
        faults_.take(task.line, reader);
        task.is_faulty = faults_.count() != before;
        for (const std::string_view name : {"DATE", "TIMEZONE", "DEADLINE", "PRIORITY"}) {
            task.said += cell(name);
            task.said += '\0';
        }
    }

    /// What is too long for a title stands in the description as a whole.
    void set_title(const std::string& title, schema::Reader& reader)
    {
        constexpr std::size_t max = types::title_limits.max_length;
        if (base::count_code_points(title) <= max) {
            return set_field(pending_->input, "title", title, reader);
        }
        set_field(pending_->input, "title",
                  fmt::format("{}…", base::trim(base::cut_code_points(title, max - 1))), reader);
        std::string& description = pending_->description;
        description = description.empty() ? title : fmt::format("{}\n{}", title, description);
    }

    void set_section(schema::Reader& reader)
    {
        if (base::count_code_points(section_) > types::tag_limits.max_length) {
            add_line("Section", section_);
        } else if (!section_.empty()) {
            set_field(pending_->input, "tags", section_, reader);
        }
    }

    void set_priority()
    {
        const auto priority = read_todoist_priority(cell("PRIORITY"));
        if (!priority) faults_.add(pending_->line, "PRIORITY must be 1 (most urgent) to 4.");
        if (!priority || !*priority) return;
        pending_->input.priority = {.given = true, .value = **priority};
    }

    void set_parent(const std::string& title)
    {
        const auto text = cell("INDENT");
        std::size_t indent = 1;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), indent);
        const bool is_number = failed == std::errc{} && end == text.data() + text.size();
        if (!text.empty() && (!is_number || indent < 1 || indent > max_indent)) {
            return faults_.add(pending_->line, "INDENT must be 1, 2, 3 …");
        }
        if (titles_.size() >= indent) titles_.resize(indent - 1);
        add_line("Sub-task of", fmt::format("{}", fmt::join(titles_, " › ")));
        titles_.push_back(title);
    }

    void set_due()
    {
        base::TimeZone zone = options_.zone;
        if (const auto name = cell("TIMEZONE"); !name.empty()) {
            const auto found = base::TimeZone::find(name);
            if (!found) {
                return faults_.add(pending_->line,
                                   fmt::format("TIMEZONE: there is no time zone '{}'.", name));
            }
            zone = *found;
        }
        const auto text = cell("DATE");
        const TodoistDate date = read_todoist_date(text, options_.now, zone);
        const TodoistDate deadline = read_todoist_date(cell("DEADLINE"), options_.now, zone);
        add_line("Deadline", cell("DEADLINE"));
        if (date.repeats) {
            add_line("Repeats", text);
        } else if (!text.empty() && !date.due) {
            add_line("Due", text);
            ++losses_.texts_for_dates;
        }
        const auto& due = text.empty() ? deadline.due : date.due;
        if (due) pending_->input.due_date = {.given = true, .value = due};
    }

    std::optional<Row> finish()
    {
        if (!pending_) return std::nullopt;
        Pending task = *std::exchange(pending_, std::nullopt);
        schema::Reader reader;
        if (!task.description.empty()) {
            set_field(task.input, "description", task.description, reader);
        }
        if (faults_.take(task.line, reader) || task.is_faulty) return std::nullopt;
        std::string said =
            fmt::format("todoist\n{}\n{}\n{}\n{}", task.input.title.value, task.description,
                        join_tags(task.input.tags.value), task.said);
        auto made = maker_.make(std::move(task.input), options_.user_id, task.line, faults_, said);
        if (!made) return std::nullopt;
        return TaskRow{task.line, *std::move(made)};
    }

    CsvReader reader_;
    const SourceOptions options_;
    Faults& faults_;
    TaskMaker maker_;
    CsvRow row_;
    std::vector<std::string> columns_;
    std::string section_;
    std::vector<std::string> titles_;  ///< of the task before and those it is a part of
    std::optional<Pending> pending_;
};

}  // namespace

bool is_todoist(std::string_view text)
{
    CsvReader reader{text, find_separator(text)};
    CsvRow row;
    if (!reader.next(row)) return false;
    const auto has = [&row](std::string_view name) {
        return std::ranges::any_of(row, [&](const CsvCell& cell) { return cell.text == name; });
    };
    return has("TYPE") && has("CONTENT");
}

std::unique_ptr<Source> todoist_source(std::string_view text, SourceOptions options, Faults& faults)
{
    return std::make_unique<TodoistSource>(text, std::move(options), faults);
}

}  // namespace todod::transfer

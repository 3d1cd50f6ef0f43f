#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "schema/type.hpp"
#include "types/account.hpp"
#include "types/task.hpp"

namespace todod::transfer {

enum class Format : std::uint8_t {
    json,     ///< todod's own (docs of `todod export`), or a list of tasks as the API gives it
    csv,      ///< todod's own, or any whose header names fields of a task
    todoist,  ///< what Todoist exports a project as
};

/// What is wrong with a file, with the lines it is on.
class Faults {
public:
    static constexpr std::size_t max_shown = 20;

    /// `what` begins with the field.
    void add(std::size_t line, std::string_view what);
    /// All that `reader` has found. False when that was nothing.
    bool take(std::size_t line, schema::Reader& reader);
    /// Of what names its line itself.
    void add(std::string what);

    bool empty() const noexcept { return count_ == 0; }
    std::size_t count() const noexcept { return count_; }
    /// The first max_shown.
    const std::vector<std::string>& shown() const noexcept { return shown_; }

private:
    std::size_t count_ = 0;
    std::vector<std::string> shown_;
};

/// A user that a file describes.
struct UserRow {
    std::size_t line = 0;
    types::Account account;
};

/// A task as it is to be made, under the id that the same row has each time; its number is not
/// known.
struct TaskRow {
    std::size_t line = 0;
    types::Task task;
};

using Row = std::variant<UserRow, TaskRow>;

/// What was left out, or kept in another form, of what is in a file.
struct Losses {
    std::size_t conversations = 0;     ///< are not imported
    std::size_t texts_for_dates = 0;   ///< dates that are no date here: kept in the description
    std::size_t project_comments = 0;  ///< of Todoist's, which belong to no task
};

/// The users and tasks of a file, in its order. What is wrong is noted, and left out.
class Source {
public:
    virtual ~Source() = default;

    /// Nothing at the end. Throws Error{bad_request}, which names the line, where it is not clear
    /// what comes next.
    virtual std::optional<Row> next() = 0;

    /// Whether the file itself says whose each task is.
    virtual bool names_users() const noexcept = 0;

    const Losses& losses() const noexcept { return losses_; }

protected:
    Losses losses_;
};

struct SourceOptions {
    std::string user_id{};  ///< whose all tasks are to be; empty: as the file says
    base::Instant now{};    ///< when a task was made that does not say so
    base::TimeZone zone = base::TimeZone::utc();  ///< of dates that have none
    bool ignores_unknown = false;
};

/// Of `text` without a byte order mark, which is valid UTF-8; both it and `faults` must stay.
/// Throws Error{bad_request} where its beginning shows that it is no such file.
std::unique_ptr<Source> open_source(Format format, std::string_view text, SourceOptions options,
                                    Faults& faults);

/// By the name's end and what the file begins with.
Format guess_format(std::string_view name, std::string_view text);

/// `bytes` without a byte order mark. Throws Error{bad_request} for what is not UTF-8.
std::string_view check_encoding(std::string_view bytes);

}  // namespace todod::transfer

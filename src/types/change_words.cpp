#include "types/change_words.hpp"

#include "base/text.hpp"
#include "types/tool_output.hpp"

namespace todod::types {

namespace {

constexpr auto dialect = schema::Dialect::tool;

/// What is shown of the tags of a task, in code points.
constexpr std::size_t max_shown_tags = 60;

std::string name_of(const Change& change, std::string_view title)
{
    if (const auto known = title_of(change); !known.empty()) title = known;
    if (title.empty()) return fmt::format("task {}", change.task_number);
    return fmt::format("task {} '{}'", change.task_number,
                       shorten(std::string{title}, max_shown_title));
}

std::string value_in_words(const std::string& title)
{
    return fmt::format("'{}'", shorten(title, max_shown_title));
}

std::string value_in_words(const std::vector<std::string>& tags)
{
    if (tags.empty()) return "none";
    return shorten(fmt::format("{}", fmt::join(tags, ", ")), max_shown_tags);
}

std::string value_in_words(const std::optional<Due>& due)
{
    return due ? to_words(*due, base::TimeZone::utc()) : "none";
}

template <class E>
    requires std::is_enum_v<E>
std::string value_in_words(E value)
{
    return std::string{schema::Codec<E>::name(value, dialect)};
}

template <class T>
void add(std::string& words, std::string_view name, const schema::Sent<T>& before,
         const schema::Sent<T>& after)
{
    if (!before.given || !after.given) return;
    if (!words.empty()) words += ", ";
    words +=
        fmt::format("{} {} → {}", name, value_in_words(before.value), value_in_words(after.value));
}

std::string update_in_words(const TaskState& before, const TaskState& after)
{
    std::string words;
    add(words, "title", before.title, after.title);
    if (before.description.given) words += words.empty() ? "description" : ", description";
    add(words, "status", before.status, after.status);
    add(words, "priority", before.priority, after.priority);
    add(words, "tags", before.tags, after.tags);
    add(words, "due", before.due_date, after.due_date);
    return words.empty() ? "changed" : words;
}

std::string deed_in_words(const Change& change)
{
    switch (change.kind) {
        case ChangeKind::create:
            return "added";
        case ChangeKind::update:
            if (!change.before || !change.after) return "changed";
            return update_in_words(*change.before, *change.after);
        case ChangeKind::remove:
            return "deleted";
        case ChangeKind::restore:
            return "restored";
        case ChangeKind::purge:
            return "deleted for good";
    }
    return {};
}

std::string_view way_in_words(Via via)
{
    switch (via) {
        case Via::rest:
            return "the API";
        case Via::mcp:
            return "a program over MCP";
        case Via::assistant:
            return "the assistant";
        case Via::import:
            return "an import";
        case Via::command:
            return "an operator";
    }
    return {};
}

}  // namespace

std::string_view title_of(const Change& change)
{
    if (change.before && change.before->title.given) return change.before->title.value;
    if (change.after && change.after->title.given) return change.after->title.value;
    return {};
}

std::string in_words(const Change& change, std::string_view title)
{
    return fmt::format("{}: {}", name_of(change, title), deed_in_words(change));
}

std::string in_words(const Origin& origin)
{
    if (!origin.is_service) return std::string{way_in_words(origin.via)};
    return fmt::format("{}, through another service", way_in_words(origin.via));
}

}  // namespace todod::types

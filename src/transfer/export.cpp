#include "transfer/export.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "schema/codec.hpp"
#include "schema/json_text.hpp"
#include "transfer/columns.hpp"
#include "transfer/csv.hpp"

namespace todod::transfer {

namespace {

using schema::Dialect;
using types::AccountSummary;
using types::Conversation;
using types::Task;

constexpr Dialect dialect = Dialect::scoped;
/// Messages may be long: fewer of them are asked for at once, and fewer still where that is needed.
constexpr std::int64_t message_page = 100;

template <class T>
void add_member(std::string& out, std::string_view name, const T& value)
{
    schema::write_string(out, name);
    out += ':';
    schema::Codec<T>::write(value, out, dialect);
}

/// The items of a list, each on a line of its own.
class Lines {
public:
    explicit Lines(const Write& write) : write_(write) {}

    /// Where the next item is to be written, with what goes before it.
    std::string& next()
    {
        text_ += is_empty_ ? "\n" : ",\n";
        is_empty_ = false;
        return text_;
    }
    void flush()
    {
        if (!text_.empty()) write_(text_);
        text_.clear();
    }
    void end()
    {
        if (!is_empty_) text_ += '\n';
        text_ += ']';
        flush();
    }

private:
    const Write& write_;
    std::string text_ = "[";
    bool is_empty_ = true;
};

/// Of `user_id`'s tasks that come after `number`, the first.
base::Async<std::vector<Task>> tasks_after(const ExportSources& from, std::string user_id,
                                           std::int64_t number)
{
    store::TaskQuery query{.sort = {.key = types::SortKey::created, .reversed = true},
                           .limit = export_page};
    query.after = store::TaskPosition{.key = {}, .number = number};
    store::TaskPage page = co_await ask_patiently<store::TaskPage>(
        from.pause, [&] { return from.tasks.list(user_id, query); });
    co_return std::move(page.tasks);
}

base::Async<void> write_tasks(const ExportSources& from, std::string user_id, const Write& write)
{
    Lines lines{write};
    for (std::int64_t last = 0;;) {
        const auto page = co_await tasks_after(from, user_id, last);
        for (const Task& task : page)
            schema::Codec<Task>::write(task, lines.next(), dialect);
        lines.flush();
        if (std::ssize(page) < export_page) break;
        last = page.back().number;
    }
    lines.end();
}

/// By id; nothing where one may have gone to a page that was read already, as those do that
/// somebody writes to or deletes meanwhile.
base::Async<std::optional<std::vector<Conversation>>> try_all_conversations(
    const ExportSources& from, std::string user_id)
{
    std::vector<Conversation> all;
    std::optional<std::int64_t> total;
    for (std::int64_t skip = 0;; skip += export_page) {
        auto page = co_await ask_patiently<store::ConversationPage>(from.pause, [&] {
            return from.conversations.list(user_id, {.limit = export_page, .skip = skip});
        });
        if (page.total != total.value_or(page.total)) co_return std::nullopt;
        total = page.total;
        std::ranges::move(page.conversations, std::back_inserter(all));
        if (std::ssize(page.conversations) < export_page) break;
    }
    std::ranges::sort(all, {}, &Conversation::id);
    const auto again = std::ranges::adjacent_find(all, {}, &Conversation::id);
    if (again != all.end()) co_return std::nullopt;
    co_return all;
}

base::Async<std::vector<Conversation>> all_conversations(const ExportSources& from,
                                                         std::string user_id)
{
    constexpr int tries = 20;
    for (int i = 0; i < tries; ++i) {
        if (auto all = co_await try_all_conversations(from, user_id)) co_return *std::move(all);
    }
    throw base::Error::unavailable(
        "somebody's conversations change too fast to be read: try again later",
        std::chrono::seconds{0});
}

/// Oldest first, though the store counts from the newest on, and ends a page early that is long.
base::Async<void> write_messages(const ExportSources& from, std::string user_id,
                                 Conversation conversation, const Write& write)
{
    Lines lines{write};
    std::int64_t total = conversation.message_count;
    std::int64_t limit = message_page;
    for (std::int64_t done = 0; done < total;) {
        const std::int64_t wanted = std::min(limit, total - done);
        const types::ListMessages query{
            .conversation_id = conversation.id, .limit = wanted, .skip = total - done - wanted};
        const auto page = co_await ask_patiently<std::optional<store::MessagePage>>(
            from.pause, [&] { return from.conversations.history(user_id, query); });
        if (!page) break;
        if (page->total != total) {
            total = page->total;
        } else if (std::ssize(page->messages) < wanted) {
            if (wanted == 1) break;
            limit = wanted / 2;
        } else {
            for (const auto& message : page->messages)
                schema::Codec<types::Message>::write(message, lines.next(), dialect);
            lines.flush();
            done += wanted;
            limit = message_page;
        }
    }
    lines.end();
}

base::Async<void> write_conversations(const ExportSources& from, std::string user_id,
                                      const Write& write)
{
    bool is_first = true;
    for (Conversation& conversation : co_await all_conversations(from, user_id)) {
        std::string head = std::exchange(is_first, false) ? "\n" : ",\n";
        schema::Codec<Conversation>::write(conversation, head, dialect);
        head.back() = ',';  // its messages go into the same object
        schema::write_string(head, "messages");
        head += ':';
        write(head);
        co_await write_messages(from, user_id, std::move(conversation), write);
        write("}");
    }
    if (!is_first) write("\n");
}

base::Async<void> write_user(const ExportSources& from, AccountSummary user, const Write& write)
{
    std::string head = "{";
    add_member(head, "user_id", user.user_id);
    head += ',';
    add_member(head, "name", user.name);
    head += ',';
    add_member(head, "email", user.email);
    head += ',';
    add_member(head, "created_at", user.created_at);
    head += R"(,"tasks":)";
    write(head);
    co_await write_tasks(from, user.user_id, write);
    write(R"(,"conversations":[)");
    co_await write_conversations(from, user.user_id, write);
    write("]}");
}

}  // namespace

base::Async<void> export_json(const ExportSources& from, std::vector<AccountSummary> users,
                              const Write& write)
{
    std::ranges::sort(users, {}, &AccountSummary::user_id);
    write(R"({"format":"todod","version":1,"users":[)");
    for (bool is_first = true; AccountSummary & user : users) {
        write(std::exchange(is_first, false) ? "\n" : ",\n");
        co_await write_user(from, std::move(user), write);
    }
    write(users.empty() ? "]}\n" : "\n]}\n");
}

base::Async<void> export_csv(const ExportSources& from, std::vector<AccountSummary> users,
                             const Write& write)
{
    std::ranges::sort(users, {}, &AccountSummary::user_id);
    write(fmt::format("{}{}", fmt::join(columns, ","), csv_line_end));
    for (const AccountSummary& user : users) {
        for (std::int64_t last = 0;;) {
            const auto page = co_await tasks_after(from, user.user_id, last);
            std::string rows;
            for (const Task& task : page)
                write_row(rows, task);
            write(rows);
            if (std::ssize(page) < export_page) break;
            last = page.back().number;
        }
    }
}

}  // namespace todod::transfer

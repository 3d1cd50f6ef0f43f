#include "assistant/model/reply.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::assistant::model {

namespace json = boost::json;

namespace {

constexpr std::size_t max_code_length = 64;

[[noreturn]] void fail(std::string cause)
{
    throw base::Error::of_upstream(base::ErrorCode::bad_gateway,
                                   "The assistant's model gave an answer that cannot be read: try "
                                   "again.",
                                   std::move(cause));
}

const json::object* find_object(const json::object& of, std::string_view name)
{
    const json::value* const found = of.if_contains(name);
    return found == nullptr ? nullptr : found->if_object();
}

std::string_view find_text(const json::object& of, std::string_view name)
{
    const json::value* const found = of.if_contains(name);
    const json::string* const text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string_view{} : std::string_view{*text};
}

std::uint64_t find_count(const json::object& of, std::string_view name)
{
    const json::value* const found = of.if_contains(name);
    if (found == nullptr || !found->is_number()) return 0;
    boost::system::error_code failed;
    const auto count = found->to_number<std::uint64_t>(failed);
    // As many as no model has room for.
    constexpr std::uint64_t most = 1'000'000'000;
    return failed ? 0 : std::min(count, most);
}

bool is_plain(std::string_view text)
{
    return !text.empty() && text.size() <= max_code_length &&
           std::ranges::all_of(text, [](char c) { return ('a' <= c && c <= 'z') || c == '_'; });
}

std::string code_of(const json::object& answer)
{
    const json::object* const error = find_object(answer, "error");
    if (error == nullptr) return {};
    for (const char* const name : {"code", "type", "status"}) {
        const auto text = base::to_lower(find_text(*error, name));
        if (is_plain(text)) return text;
    }
    return {};
}

}  // namespace

std::string find_error_code(std::string_view body)
{
    boost::system::error_code failed;
    const json::value parsed = json::parse(body, failed);
    return failed || !parsed.is_object() ? "" : code_of(parsed.get_object());
}

std::string ReplyReader::put_chunk(std::string_view data)
{
    return put(data, "delta");
}

std::string ReplyReader::put_whole(std::string_view body)
{
    has_choice_ = false;
    std::string text = put(body, "message");
    if (!has_choice_) fail("its answer has no choice");
    is_finished_ = true;
    return text;
}

std::string ReplyReader::put(std::string_view text, std::string_view part)
{
    boost::system::error_code failed;
    const json::value parsed = json::parse(text, failed);
    if (failed || !parsed.is_object()) fail("what it sent is no JSON object");
    const json::object& answer = parsed.get_object();
    if (answer.contains("error") && !answer.at("error").is_null()) {
        fail(fmt::format("it failed in its answer: {}", code_of(answer)));
    }
    count(answer);
    const json::value* const choices = answer.if_contains("choices");
    const json::array* const list = choices == nullptr ? nullptr : choices->if_array();
    // The last chunk of a stream has the usage alone.
    if (list == nullptr || list->empty()) return {};
    const json::object* const choice = list->front().if_object();
    if (choice == nullptr) fail("its choice is no object");
    has_choice_ = true;
    std::string added;
    if (const json::object* const said = find_object(*choice, part)) {
        added = add_text(find_text(*said, "content"));
        if (!find_text(*said, "refusal").empty()) reply_.finish = Reply::Finish::refused;
        put_calls(*said);
    }
    finish(*choice);
    return added;
}

/// No null character: no database has it in a text.
std::string ReplyReader::add_text(std::string_view text)
{
    std::string added{base::cut(text, max_text_bytes - reply_.text.size())};
    if (added.size() < text.size() && reply_.finish == Reply::Finish::stop) {
        reply_.finish = Reply::Finish::length;
    }
    std::erase(added, '\0');
    reply_.text += added;
    return added;
}

void ReplyReader::put_calls(const json::object& said)
{
    const json::value* const calls = said.if_contains("tool_calls");
    const json::array* const list = calls == nullptr ? nullptr : calls->if_array();
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        if (const json::object* const part = (*list)[i].if_object()) put_call(*part, i);
    }
}

void ReplyReader::put_call(const json::object& part, std::size_t position)
{
    const json::object* const function = find_object(part, "function");
    if (function == nullptr) return;
    ToolRequest& call = find_call(part, position);
    if (call.name.empty()) call.name = find_text(*function, "name");
    const json::value* const arguments = function->if_contains("arguments");
    // Some send the arguments as they are, not as a text.
    if (arguments != nullptr && arguments->is_object()) {
        call.arguments = json::serialize(*arguments);
    } else {
        call.arguments += find_text(*function, "arguments");
    }
    if (call.arguments.size() > max_arguments_bytes) fail("a tool's arguments are too long");
}

/// Which one a part belongs to: the same index and no other id. Some number none, or all alike.
ToolRequest& ReplyReader::find_call(const json::object& part, std::size_t position)
{
    const json::value* const given = part.if_contains("index");
    const std::int64_t index = given != nullptr && given->is_int64()
                                   ? given->get_int64()
                                   : static_cast<std::int64_t>(position);
    const std::string_view id = find_text(part, "id");
    for (std::size_t i = reply_.calls.size(); i > 0; --i) {
        ToolRequest& call = reply_.calls[i - 1];
        if (indexes_[i - 1] != index) continue;
        if (!id.empty() && !call.id.empty() && call.id != id) break;
        if (call.id.empty()) call.id = id;
        return call;
    }
    if (reply_.calls.size() == max_calls) fail("it wants too many tools at once");
    indexes_.push_back(index);
    return reply_.calls.emplace_back(
        ToolRequest{.id = std::string{id}, .name = {}, .arguments = {}});
}

void ReplyReader::finish(const json::object& choice)
{
    const std::string_view reason = find_text(choice, "finish_reason");
    if (reason.empty()) return;
    is_finished_ = true;
    if (reason == "content_filter") reply_.finish = Reply::Finish::refused;
    if (reason == "length" && reply_.finish == Reply::Finish::stop) {
        reply_.finish = Reply::Finish::length;
    }
}

/// A stream may say it more than once: the last is of all.
void ReplyReader::count(const json::object& answer)
{
    const json::object* const usage = find_object(answer, "usage");
    if (usage == nullptr) return;
    reply_.prompt_tokens = find_count(*usage, "prompt_tokens");
    reply_.completion_tokens = find_count(*usage, "completion_tokens");
}

}  // namespace todod::assistant::model

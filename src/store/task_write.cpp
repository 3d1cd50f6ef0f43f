#include "store/task_write.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

namespace todod::store {

namespace json = boost::json;
using base::ErrorCode;

namespace {

/// Why a write is refused, by names that outlive a release.
constexpr std::string_view name_of(ErrorCode code)
{
    if (code == ErrorCode::not_found) return "not_found";
    return code == ErrorCode::precondition_failed ? "precondition_failed" : "conflict";
}

constexpr ErrorCode code_of(std::string_view name)
{
    if (name == name_of(ErrorCode::not_found)) return ErrorCode::not_found;
    return name == name_of(ErrorCode::precondition_failed) ? ErrorCode::precondition_failed
                                                           : ErrorCode::conflict;
}

std::optional<std::int64_t> find_number(const json::object& in, std::string_view name)
{
    const json::value* const number = in.if_contains(name);
    if (number == nullptr) return std::nullopt;
    return number->as_int64();
}

std::vector<std::string> texts_of(const json::value& array)
{
    std::vector<std::string> texts;
    for (const json::value& text : array.as_array())
        texts.emplace_back(text.as_string());
    return texts;
}

WriteResult result_of(const json::object& kept)
{
    WriteResult result;
    if (const json::value* const task = kept.if_contains("task")) {
        result.task = task_of(task->as_string());
    }
    if (const json::value* const title = kept.if_contains("title")) {
        result.title = title->as_string();
    }
    if (const json::value* const fields = kept.if_contains("fields")) {
        result.changed_since = texts_of(*fields);
    }
    if (const json::value* const refused = kept.if_contains("refused")) {
        const json::value* const message = kept.if_contains("message");
        result.failure.emplace(code_of(refused->as_string()),
                               message ? std::string{message->as_string()} : std::string{});
    }
    return result;
}

json::object kept_of(const WriteResult& result)
{
    if (!result.failure) return {{"task", to_answer(result.task.value())}};
    return {{"refused", name_of(result.failure->code())}, {"message", result.failure->message()}};
}

/// Of an undo; nobody is told more of it than so many in words.
constexpr std::size_t max_described = 1'000;

json::object kept_of(const WriteResult& result, const TaskName& task, std::size_t place)
{
    json::object kept{{"id", base::to_string(task.id)}, {"number", task.number}};
    if (result.failure) kept["refused"] = name_of(result.failure->code());
    if (place >= max_described) return kept;
    if (!result.failure) {
        kept["title"] = result.task.value().title;
        return kept;
    }
    kept["message"] = result.failure->message();
    if (result.title) kept["title"] = *result.title;
    if (!result.changed_since.empty()) {
        kept["fields"] = json::array(result.changed_since.begin(), result.changed_since.end());
    }
    return kept;
}

TaskName name_of(const json::object& kept)
{
    return {base::parse_uuid(kept.at("id").as_string()).value(), kept.at("number").as_int64()};
}

}  // namespace

std::vector<TaskName> undone_tasks_of(const WriteRequest& request)
{
    std::vector<TaskName> tasks;
    if (!request.undoes) return tasks;
    tasks.reserve(request.writes.size());
    for (const TaskWrite& write : request.writes) {
        const types::Change& change = std::get<RevertChange>(write).change;
        tasks.push_back({change.task_id, change.task_number});
    }
    return tasks;
}

std::string to_answer(const KeptOutcome& kept)
{
    const auto& all = kept.outcome.results;
    json::array results;
    for (std::size_t i = 0; i < all.size(); ++i)
        results.push_back(kept.undoes ? kept_of(all[i], kept.undone_tasks[i], i) : kept_of(all[i]));
    json::object answer{{"results", std::move(results)}};
    if (kept.changeset_id) answer["changeset_id"] = *kept.changeset_id;
    if (kept.undoes) answer["undoes"] = *kept.undoes;
    return json::serialize(answer);
}

KeptOutcome outcome_of(std::string_view answer)
{
    const json::value value = json::parse(answer);
    KeptOutcome kept{.outcome = {.is_replayed = true}};
    kept.changeset_id = find_number(value.as_object(), "changeset_id");
    kept.undoes = find_number(value.as_object(), "undoes");
    for (const json::value& result : value.at("results").as_array()) {
        kept.outcome.results.push_back(result_of(result.as_object()));
        if (kept.undoes) kept.undone_tasks.push_back(name_of(result.as_object()));
    }
    return kept;
}

}  // namespace todod::store

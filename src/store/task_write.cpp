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

WriteResult result_of(const json::object& kept)
{
    WriteResult result;
    if (const json::value* const task = kept.if_contains("task")) {
        result.task = task_of(task->as_string());
    }
    if (const json::value* const title = kept.if_contains("title")) {
        result.title = title->as_string();
    }
    if (const json::value* const refused = kept.if_contains("refused")) {
        result.failure.emplace(code_of(refused->as_string()),
                               std::string{kept.at("message").as_string()});
    }
    return result;
}

json::object kept_of(const WriteResult& result, bool is_undo)
{
    json::object kept;
    if (result.failure) {
        kept["refused"] = name_of(result.failure->code());
        kept["message"] = result.failure->message();
        if (result.title) kept["title"] = *result.title;
    } else if (is_undo) {
        kept["title"] = result.task.value().title;
    } else {
        kept["task"] = to_answer(result.task.value());
    }
    return kept;
}

}  // namespace

std::string to_answer(const KeptOutcome& kept)
{
    json::array results;
    for (const WriteResult& result : kept.outcome.results)
        results.push_back(kept_of(result, kept.undoes.has_value()));
    json::object answer{{"results", std::move(results)}};
    if (kept.changeset_id) answer["changeset_id"] = *kept.changeset_id;
    if (kept.undoes) answer["undoes"] = *kept.undoes;
    return json::serialize(answer);
}

KeptOutcome outcome_of(std::string_view answer)
{
    const json::value value = json::parse(answer);
    KeptOutcome kept{.outcome = {.is_replayed = true}};
    for (const json::value& result : value.at("results").as_array())
        kept.outcome.results.push_back(result_of(result.as_object()));
    kept.changeset_id = find_number(value.as_object(), "changeset_id");
    kept.undoes = find_number(value.as_object(), "undoes");
    return kept;
}

}  // namespace todod::store

#include "assistant/builtin/state.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "services/conversations.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

constexpr std::int64_t version = 1;
constexpr std::size_t max_state_bytes = services::Conversations::max_state_bytes;
constexpr std::size_t max_items = 100;

constexpr std::array<std::string_view, 5> works{"add", "complete", "reopen", "update", "delete"};
constexpr std::array<std::string_view, 3> kinds{"which", "sure", "value"};

template <class E, std::size_t n>
E read_name(const json::value& value, const std::array<std::string_view, n>& names)
{
    const std::string_view text = value.as_string();
    for (std::size_t i = 0; i < n; ++i)
        if (names[i] == text) return static_cast<E>(i);
    throw std::invalid_argument{"not a name"};
}

json::value written(const TaskName& task)
{
    return {{"n", task.number}, {"t", task.title}};
}

json::value written(const Order& order)
{
    return {{"work", works[static_cast<std::size_t>(order.work)]}, {"set", order.changes}};
}

json::value written(const Deed& deed)
{
    return {{"work", works[static_cast<std::size_t>(deed.work)]}, {"task", written(deed.task)}};
}

template <class T>
json::array written(const std::vector<T>& all)
{
    json::array out;
    for (const T& one : all)
        out.push_back(written(one));
    return out;
}

template <class T>
void write(json::object& out, std::string_view key, const Spoken<T>& spoken)
{
    if (spoken.of.empty()) return;
    out[key] = {{"of", written(spoken.of)}, {"new", spoken.is_new}};
}

json::value written(const Question& question)
{
    json::object out{{"kind", kinds[static_cast<std::size_t>(question.kind)]},
                     {"order", written(question.order)},
                     {"tasks", written(question.tasks)}};
    if (!question.field.empty()) out["field"] = question.field;
    if (!question.listing.empty()) out["listing"] = question.listing;
    return out;
}

/// What is left out where the rest would be too long.
enum class Without : std::uint8_t { nothing, deeds, all_but_question };

std::string serialized(const State& state, Without without)
{
    json::object out{{"v", version}};
    if (without < Without::deeds) {
        write(out, "deeds", state.deeds);
        if (state.order) out["order"] = written(*state.order);
    }
    if (without < Without::all_but_question) {
        write(out, "focus", state.focus);
        write(out, "shown", state.shown);
    }
    if (state.question) out["question"] = written(*state.question);
    if (state.undone) out["undone"] = *state.undone;
    return out.size() == 1 ? std::string{} : json::serialize(out);
}

// Each throws what Boost.JSON throws where something is not as this wrote it.

void read(const json::value& from, TaskName& task)
{
    task.number = from.at("n").as_int64();
    task.title = from.at("t").as_string();
}

void read(const json::value& from, Order& order)
{
    order.work = read_name<Work>(from.at("work"), works);
    order.changes = from.at("set").as_object();
}

void read(const json::value& from, Deed& deed)
{
    const json::object& fields = from.as_object();
    deed.work = read_name<Work>(fields.at("work"), works);
    read(fields.at("task"), deed.task);
}

template <class T>
void read(const json::value& from, std::vector<T>& all)
{
    for (const json::value& one : from.as_array()) {
        if (all.size() == max_items) return;
        read(one, all.emplace_back());
    }
}

template <class T>
void read(const json::object& from, std::string_view key, Spoken<T>& spoken)
{
    const json::value* const found = from.if_contains(key);
    if (found == nullptr) return;
    read(found->at("of"), spoken.of);
    spoken.is_new = found->at("new").as_bool();
}

void read(const json::value& from, Question& question)
{
    const json::object& fields = from.as_object();
    question.kind = read_name<Question::Kind>(fields.at("kind"), kinds);
    read(fields.at("order"), question.order);
    read(fields.at("tasks"), question.tasks);
    if (const auto* const field = fields.if_contains("field")) question.field = field->as_string();
    if (const auto* const listing = fields.if_contains("listing")) {
        question.listing = listing->as_object();
    }
}

}  // namespace

std::string write_state(const State& state)
{
    for (const Without without : {Without::nothing, Without::deeds, Without::all_but_question}) {
        std::string written = serialized(state, without);
        if (written.size() <= max_state_bytes) return written;
    }
    return {};
}

State read_state(std::string_view text)
{
    if (text.empty()) return {};
    try {
        const json::value value = json::parse(text);
        const json::object& fields = value.as_object();
        if (fields.at("v").as_int64() != version) return {};
        State state;
        read(fields, "focus", state.focus);
        read(fields, "shown", state.shown);
        read(fields, "deeds", state.deeds);
        if (const auto* const order = fields.if_contains("order")) {
            read(*order, state.order.emplace());
        }
        if (const auto* const question = fields.if_contains("question")) {
            read(*question, state.question.emplace());
        }
        if (const auto* const undone = fields.if_contains("undone")) {
            state.undone = undone->as_int64();
        }
        return state;
    } catch (const std::exception&) {
        return {};  // of another version, or nobody's
    }
}

State grown_old(State state)
{
    state.focus.is_new = state.shown.is_new = state.deeds.is_new = false;
    state.question.reset();
    state.undone.reset();
    return state;
}

}  // namespace todod::assistant::builtin

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "operation/operation.hpp"
#include "schema/codec.hpp"
#include "types/change_output.hpp"

namespace todod::operation {

struct Nothing {};  ///< an input or an output that is not there

/// What a handler gives: its value and what is to be said around it.
template <class T>
struct Answer {
    T value{};
    std::vector<Header> headers{};
    int status = 0;  ///< 0: the operation's own
    /// What a dry run would have changed: written instead of all that.
    std::optional<types::Preview> preview{};
};

/// What a handler is told beside its input. Views hold until it has ended.
struct Caller {
    std::string user_id;
    types::Scopes scopes = 0;  ///< what they may do
    std::optional<store::User::Sighting> seen;
    std::string_view request_id;
    std::string_view path;                     ///< of this request, without the query
    std::span<const schema::NamedText> query;  ///< of this request, decoded
    auth::Meter* meter = nullptr;              ///< null: nothing is counted
    EventSink* events = nullptr;               ///< null: one answer is wanted
    std::stop_token stopped{};                 ///< as Call::stopped
    types::Via via = types::Via::rest;
    bool is_service = false;                   ///< another service, in the user's name
    std::optional<base::Uuid> token_id{};      ///< of todod's own token that they came with
    std::optional<std::int64_t> generation{};  ///< as auth::Principal::generation
    /// Where the change set of the call is or will be. Null: what is written has none.
    std::shared_ptr<types::ChangeScope>* changes = nullptr;
    schema::Dialect dialect = schema::Dialect::scoped;  ///< in which events are written
    std::span<const schema::NamedText> headers{};       ///< of this request

    /// For a store that confirms who asks, to read. Takes user_id away.
    store::User take_user() { return {std::move(user_id), seen}; }

    /// The same to write: all that is written with it is one change set. Its writes must come one
    /// after another.
    store::User take_writer();

    /// take_writer for what is a change set of its own also where the call is a part of a larger
    /// one.
    store::User take_writer_apart();

    bool may(auth::Scope scope) const noexcept { return types::has(scopes, scope); }
};

/// Reads `object` as `type` from the call; with `body_optional` a missing body is an empty object.
/// Throws Error{invalid} with everything that is wrong.
void read_call(const Call& call, void* object, const schema::Type& type, bool body_optional);

/// The error of a handler, which knows fields by their names, with its violations naming them as
/// the call has spelled them.
base::Error as_sent(const base::Error& error, const schema::RawInput& input);

/// Who asks. `changes` must outlive it.
Caller make_caller(Call& call, std::shared_ptr<types::ChangeScope>& changes);

/// `{"dry_run": true, "changes": […]}` in `reply`, to a tool in words.
void write_preview(const types::Preview& preview, Reply& reply, schema::Dialect dialect);

/// Whether it can be asked only to say what it would do, by its input.
bool takes_dry_run(const Operation& operation);

/// Of what write_preview writes.
const schema::Type* preview_type(const Operation& operation);

/// X-Changeset-ID, where something has been changed.
void name_changes(const std::shared_ptr<types::ChangeScope>& changes, Reply& reply);

/// For an operation without input: a query parameter is as unknown here as anywhere.
void read_nothing(const Call& call);

namespace detail {

template <class T>
struct Written {
    static void write(const T& value, std::string& out, schema::Dialect dialect)
    {
        schema::Codec<T>::write(value, out, dialect);
    }
    static const schema::Type* type() { return &schema::type_of<T>(); }
    static constexpr bool list = false;
};

template <class T>
struct Written<std::vector<T>> {
    static void write(const std::vector<T>& values, std::string& out, schema::Dialect dialect)
    {
        schema::Codec<std::vector<T>>::write(values, out, dialect);
    }
    static const schema::Type* type() { return &schema::type_of<T>(); }
    static constexpr bool list = true;
};

template <>
struct Written<Nothing> {
    static void write(const Nothing&, std::string&, schema::Dialect) {}
    static const schema::Type* type() { return nullptr; }
    static constexpr bool list = false;
};

template <class In, class Out, class Handler>
base::Async<Reply> run(Call call, int status, bool body_optional, const Handler& handler)
{
    In input{};
    if constexpr (std::is_same_v<In, Nothing>) {
        read_nothing(call);
    } else {
        read_call(call, &input, schema::type_of<In>(), body_optional);
    }
    std::shared_ptr<types::ChangeScope> changes = call.changes;
    Caller caller = make_caller(call, changes);
    Answer<Out> answer;
    try {
        answer = co_await handler(std::move(caller), std::move(input));
    } catch (const base::Error& error) {
        throw as_sent(error, call.input);
    }
    Reply reply{answer.status != 0 ? answer.status : status, {}, std::move(answer.headers)};
    if (answer.preview) {
        write_preview(*answer.preview, reply, call.dialect);
        co_return reply;
    }
    const bool empty = reply.status == 204 || reply.status == 304;
    if (!empty) Written<Out>::write(answer.value, reply.body, call.dialect);
    name_changes(changes, reply);
    co_return reply;
}

}  // namespace detail

/// Completes an operation with a typed handler: its input and output types, and the way from a
/// call to the handler and back. The handler is `Async<Answer<Out>>(Caller, In)` and is kept.
template <class In, class Out, class Handler>
Operation with_handler(Operation operation, Handler handler)
{
    if constexpr (!std::is_same_v<In, Nothing>) operation.input = &schema::type_of<In>();
    operation.output.type = detail::Written<Out>::type();
    operation.output.list = detail::Written<Out>::list;
    if (takes_dry_run(operation)) operation.output.preview = preview_type(operation);
    operation.run = [handler = std::move(handler), status = operation.output.status,
                     body_optional = operation.body_optional](Call call) {
        return detail::run<In, Out>(std::move(call), status, body_optional, handler);
    };
    return operation;
}

}  // namespace todod::operation

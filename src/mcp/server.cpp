#include "mcp/server.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "mcp/capabilities.hpp"
#include "mcp/client_requests.hpp"
#include "mcp/headers.hpp"
#include "schema/json_text.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view info_key = "io.modelcontextprotocol/serverInfo";

/// What a server says of itself changes with its release alone.
constexpr std::chrono::hours about_ttl{1};

/// The modern revision says by each request that it is meant; `initialize` belongs to the others.
bool is_of_modern_client(const Message& message, const Sender& sender)
{
    if (find_meta(message.params, revision_key) != nullptr) return true;
    if (!sender.headers || message.method == "initialize") return false;
    const auto header = find_header(*sender.headers, revision_header);
    const auto revision = header ? find_revision(*header) : std::nullopt;
    return revision && is_modern(*revision);
}

Fault refuse_revision(std::string_view requested)
{
    json::array supported;
    for (const auto name : modern_revisions())
        supported.emplace_back(name);
    return {.code = FaultCode::unsupported_revision,
            .message = "This revision of the protocol is not spoken here.",
            .data = {{"supported", std::move(supported)}, {"requested", requested}},
            .status = 400};
}

/// The revision of a modern request, once all that it must say of itself holds.
std::variant<Revision, Fault> read_modern_revision(const Message& message, const Sender& sender)
{
    const auto* const name = find_meta(message.params, revision_key);
    const auto* const capabilities = find_meta(message.params, capabilities_key);
    if (name == nullptr || !name->is_string() || capabilities == nullptr ||
        !capabilities->is_object()) {
        return Fault{.code = FaultCode::invalid_params,
                     .message = fmt::format("params._meta must have `{}` and `{}`.", revision_key,
                                            capabilities_key),
                     .status = 400};
    }
    const std::string_view requested = name->get_string();
    if (sender.headers) {
        if (auto fault = check_revision_header(*sender.headers, requested)) return *fault;
    }
    const auto revision = find_revision(requested);
    if (!revision || !is_modern(*revision)) return refuse_revision(requested);
    return *revision;
}

Fault unknown_revision()
{
    return {.code = FaultCode::invalid_request,
            .message = fmt::format("The header {} names a revision that is not spoken here.",
                                   revision_header),
            .status = 400};
}

/// Who names none may be of any.
bool is_of_known_revision(const Sender& sender)
{
    const auto header =
        sender.headers ? find_header(*sender.headers, revision_header) : std::nullopt;
    return !header || find_revision(*header);
}

std::variant<Revision, Fault> read_legacy_revision(const Message& message, const Sender& sender)
{
    if (!sender.headers || message.method == "initialize") return newest_legacy;
    const auto header = find_header(*sender.headers, revision_header);
    // Before 2025-06-18 there was no such header, and not every client of today sends it.
    if (!header) return Revision::v2025_03_26;
    const auto revision = find_revision(*header);
    if (!revision) return unknown_revision();
    return *revision;
}

}  // namespace

Server::Server(About about, std::vector<Method> methods, ClientRequests* asked)
    : about_(std::move(about)),
      methods_(std::move(methods)),
      asked_(asked),
      info_{{"name", about_.name}, {"title", about_.title}, {"version", about_.version}}
{
    methods_.push_back({.name = "initialize",
                        .handle = [this](const Request& request) -> base::Async<Answer> {
                            co_return initialize(request);
                        },
                        .era = Era::legacy});
    methods_.push_back({.name = "ping",
                        .handle = [](const Request&) -> base::Async<Answer> { co_return Result{}; },
                        .era = Era::legacy});
    methods_.push_back(
        {.name = "server/discover",
         .handle = [this](const Request&) -> base::Async<Answer> { co_return discover(); },
         .era = Era::modern});
}

base::Async<Outgoing> Server::answer(const json::value& json, Sender sender) const
{
    const auto read = read_message(json);
    if (const auto* const fault = std::get_if<Fault>(&read)) {
        co_return Outgoing{fault->status, write_fault(nullptr, *fault)};
    }
    const auto& message = std::get<Message>(read);
    if (message.kind == Message::Kind::response && asked_ != nullptr) {
        asked_->take(message, sender.caller.user_id);
    }
    // Nothing is kept that a notification could change.
    if (message.kind != Message::Kind::request) {
        if (is_of_known_revision(sender)) co_return Outgoing{.status = 202};
        co_return Outgoing{400, write_fault(nullptr, unknown_revision())};
    }
    co_return co_await answer_request(message, sender);
}

base::Async<Outgoing> Server::answer_request(const Message& message, const Sender& sender) const
{
    const auto refuse = [&message](const Fault& fault) {
        return Outgoing{fault.status, write_fault(message.id, fault)};
    };
    const auto found = find(message, sender);
    if (const auto* const fault = std::get_if<Fault>(&found)) co_return refuse(*fault);
    const auto [method, revision] = std::get<Target>(found);
    Peer peer{sender.events};
    const Answer answer = co_await handle(*method, {revision, message, sender, peer});
    if (const auto* const fault = std::get_if<Fault>(&answer)) co_return refuse(*fault);
    co_return Outgoing{200, write_result(message.id, write(std::get<Result>(answer), revision))};
}

base::Async<Answer> Server::handle(const Method& method, const Request& request) const
{
    try {
        co_return co_await method.handle(request);
    } catch (const base::Error& error) {
        co_return fault_of(error);
    }
}

std::variant<Server::Target, Fault> Server::find(const Message& message, const Sender& sender) const
{
    const bool modern = is_of_modern_client(message, sender);
    const auto read =
        modern ? read_modern_revision(message, sender) : read_legacy_revision(message, sender);
    if (const auto* const fault = std::get_if<Fault>(&read)) return *fault;
    const auto revision = std::get<Revision>(read);
    const Method* const method = find_method(message.method, revision);
    if (modern && sender.headers) {
        const std::string_view named_by = method != nullptr ? method->named_by : std::string_view{};
        if (auto fault = check_headers(*sender.headers, message, named_by)) return *fault;
    }
    if (method != nullptr) return Target{method, revision};
    return Fault{.code = FaultCode::unknown_method,
                 .message = fmt::format("There is no method '{}' here.", message.method),
                 .status = modern ? 404 : 200};
}

const Method* Server::find_method(std::string_view name, Revision revision) const noexcept
{
    const auto found = std::ranges::find_if(methods_, [&](const Method& method) {
        return method.name == name && covers(method.era, revision);
    });
    return found != methods_.end() ? &*found : nullptr;
}

std::string Server::write(const Result& result, Revision revision) const
{
    std::string members = result.members;
    const auto add = [&members](std::string_view member) {
        if (!members.empty()) members += ',';
        members += member;
    };
    json::object meta = result.meta;
    if (is_modern(revision)) {
        add(fmt::format(R"("resultType":"{}")", result.type));
        if (result.cache) {
            add(fmt::format(R"("ttlMs":{},"cacheScope":"{}")", result.cache->ttl.count(),
                            result.cache->is_private ? "private" : "public"));
        }
        meta[info_key] = info_;
    }
    if (!meta.empty()) add(R"("_meta":)" + json::serialize(meta));
    return members;
}

Result Server::initialize(const Request& request) const
{
    const auto* const wanted = find_text(request.message.params, "protocolVersion");
    if (wanted == nullptr) {
        throw base::Error{base::ErrorCode::invalid, "`protocolVersion` is missing."};
    }
    const auto known = find_revision(*wanted);
    const Revision revision = known && !is_modern(*known) ? *known : newest_legacy;
    json::object result{{"protocolVersion", to_string(revision)},
                        {"capabilities", about_.legacy_capabilities},
                        {"serverInfo", info_}};
    if (!about_.instructions.empty()) result["instructions"] = about_.instructions;
    return {.members = write_members(result)};
}

Result Server::discover() const
{
    json::array supported;
    for (const auto name : modern_revisions())
        supported.emplace_back(name);
    json::object result{{"supportedVersions", std::move(supported)},
                        {"capabilities", about_.capabilities}};
    if (!about_.instructions.empty()) result["instructions"] = about_.instructions;
    return {.members = write_members(result), .cache = CacheHint{about_ttl, false}};
}

}  // namespace todod::mcp

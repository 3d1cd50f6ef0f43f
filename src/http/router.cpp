#include "http/router.hpp"

#include <algorithm>
#include <cassert>

#include "http/assets.hpp"
#include "http/server.hpp"

namespace todod::http {

namespace {

/// Takes "/segment" off the front of a path.
std::string_view take_segment(std::string_view& path) noexcept
{
    const auto end = std::min(path.find('/', 1), path.size());
    const auto segment = path.substr(1, end - 1);
    path.remove_prefix(end);
    return segment;
}

bool is_parameter(std::string_view segment) noexcept
{
    return segment.starts_with('{') && segment.ends_with('}');
}

std::optional<auth::LimitKind> limit_of(const operation::Operation& operation,
                                        const operation::Route& route) noexcept
{
    using auth::LimitKind;
    switch (operation.limit) {
        case operation::Limit::by_handler:
        case operation::Limit::none:
            return std::nullopt;
        case operation::Limit::login:
            return LimitKind::login;
        case operation::Limit::chat:
            return LimitKind::chat;
        case operation::Limit::by_method:
            break;
    }
    if (operation.needs == operation::Needs::nobody) return LimitKind::anonymous;
    return route.method == operation::Method::get ? LimitKind::read : LimitKind::write;
}

std::unique_ptr<Endpoint> make_endpoint(const operation::Operation& operation,
                                        const operation::Route& route)
{
    auto endpoint = std::make_unique<Endpoint>();
    endpoint->operation = &operation;
    endpoint->route = &route;
    for (auto path = route.path; !path.empty();) {
        const auto segment = take_segment(path);
        if (!is_parameter(segment)) continue;
        const auto name = segment.substr(1, segment.size() - 2);
        if (name == "user_id") endpoint->user_id = endpoint->parameters.size();
        endpoint->parameters.push_back(name);
    }
    assert(endpoint->parameters.size() <= Router::parameters_max);
    endpoint->limit = limit_of(operation, route);
    const auto* input = operation.input;
    endpoint->takes_body =
        operation.takes_any_body || (input != nullptr && input->has(schema::Place::body));
    endpoint->is_private =
        operation.needs != operation::Needs::nobody || route.path.starts_with("/api/auth/");
    return endpoint;
}

std::string list_methods(const Resource& resource)
{
    using operation::Method;
    std::string list;
    for (std::size_t i = 0; i < Resource::method_count; ++i) {
        const auto method = static_cast<Method>(i);
        const bool is_shown =
            method == Method::get && (resource.file != nullptr || resource.page != nullptr);
        if (resource.endpoints[i] == nullptr && !is_shown) continue;
        list += operation::to_string(method);
        list += method == Method::get ? ", HEAD, " : ", ";
    }
    return list + "OPTIONS";
}

}  // namespace

struct Router::Node {
    std::string literal;
    std::vector<std::unique_ptr<Node>> literals;
    std::unique_ptr<Node> parameter;
    std::unique_ptr<Resource> resource;

    const Node* find(std::string_view segment) const noexcept
    {
        for (const auto& node : literals) {
            if (node->literal == segment) return node.get();
        }
        return nullptr;
    }

    Node& make(std::string_view segment)
    {
        if (is_parameter(segment)) {
            if (!parameter) parameter = std::make_unique<Node>();
            return *parameter;
        }
        for (const auto& node : literals) {
            if (node->literal == segment) return *node;
        }
        literals.push_back(std::make_unique<Node>());
        literals.back()->literal = segment;
        return *literals.back();
    }
};

const Endpoint* Resource::find(Verb verb) const noexcept
{
    using operation::Method;
    const auto of = [this](Method method) {
        return endpoints[static_cast<std::size_t>(method)].get();
    };
    switch (verb) {
        case Verb::get:
        case Verb::head:
            return of(Method::get);
        case Verb::post:
            return of(Method::post);
        case Verb::put:
            return of(Method::put);
        case Verb::patch:
            return of(Method::patch);
        case Verb::remove:
            return of(Method::remove);
        default:
            return nullptr;
    }
}

Router::Router() : root_(std::make_unique<Node>()) {}

Router::~Router() = default;

/// Of its own, but for what has a pattern together.
std::size_t Router::make_index(std::string_view pattern)
{
    if (pattern.ends_with('*')) {
        const auto known = std::ranges::find(patterns_, pattern);
        if (known != patterns_.end()) {
            return static_cast<std::size_t>(known - patterns_.begin());
        }
    }
    patterns_.emplace_back(pattern);
    return patterns_.size() - 1;
}

Resource& Router::make_resource(std::string_view path, std::string_view pattern)
{
    assert(path.starts_with('/'));
    Node* node = root_.get();
    for (auto rest = path; !rest.empty();)
        node = &node->make(take_segment(rest));
    if (!node->resource) {
        node->resource = std::make_unique<Resource>();
        node->resource->index = make_index(pattern);
    }
    return *node->resource;
}

void Router::add(const operation::Table& operations)
{
    for (const auto& operation : operations) {
        for (const auto& route : operation.routes) {
            Resource& resource = make_resource(route.path);
            auto& endpoint = resource.endpoints[static_cast<std::size_t>(route.method)];
            assert(!endpoint && "two operations on one route");
            endpoint = make_endpoint(operation, route);
            resource.allow = list_methods(resource);
        }
    }
}

void Router::add(const Asset& file)
{
    std::string pattern{file.path};
    if (file.is_immutable) pattern.replace(pattern.rfind('/') + 1, std::string::npos, "*");
    Resource& resource = make_resource(file.path, pattern);
    assert(resource.file == nullptr && "two files on one path");
    resource.file = &file;
    resource.allow = list_methods(resource);
}

void Router::add(const Page& page)
{
    Resource& resource = make_resource(page.path);
    resource.page = &page;
    resource.allow = list_methods(resource);
}

bool Router::find(std::string_view path, Found& found) const noexcept
{
    found.count = 0;
    found.resource = walk(*root_, path, found);
    return found.resource != nullptr;
}

/// As deep as the longest route, whatever the path.
const Resource* Router::walk(const Node& node, std::string_view rest, Found& found) const noexcept
{
    if (rest.empty()) return node.resource.get();
    const auto segment = take_segment(rest);
    if (const Node* literal = node.find(segment)) {
        if (const auto* resource = walk(*literal, rest, found)) return resource;
    }
    if (!node.parameter || segment.empty()) return nullptr;
    found.values[found.count++] = segment;
    if (const auto* resource = walk(*node.parameter, rest, found)) return resource;
    --found.count;
    return nullptr;
}

}  // namespace todod::http

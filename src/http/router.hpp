#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "operation/operation.hpp"

namespace todod::http {

struct Asset;
struct Page;

/// One route of an operation, and what is worth knowing before each call.
struct Endpoint {
    const operation::Operation* operation = nullptr;
    const operation::Route* route = nullptr;
    std::vector<std::string_view> parameters;  ///< their names, in the order of the path
    std::optional<std::size_t> user_id;        ///< which of them is {user_id}
    bool takes_body = false;
    std::optional<auth::LimitKind> limit;  ///< what a request is counted for
    bool is_private = false;               ///< the answer is nobody else's: Cache-Control: no-store
};

/// What one path leads to: operations by method, a file, a file beside them, or a page.
struct Resource {
    static constexpr std::size_t method_count = 5;

    /// What answers to `verb` (HEAD is GET's); null where nothing does.
    const Endpoint* find(Verb verb) const noexcept;

    /// Whether a GET has two answers: the file to who accepts HTML, an operation's to others.
    bool has_both() const noexcept { return file != nullptr && find(Verb::get) != nullptr; }

    std::array<std::unique_ptr<Endpoint>, method_count> endpoints;
    const Asset* file = nullptr;
    const Page* page = nullptr;
    std::string allow;      ///< "GET, HEAD, OPTIONS"
    std::size_t index = 0;  ///< among Router::patterns()
};

/// Finds what a path leads to. At each segment a literal wins over a parameter, which is tried
/// where the literal leads nowhere. A trailing slash makes another path; a parameter is never
/// empty.
class Router {
public:
    static constexpr std::size_t parameters_max = 8;

    struct Found {
        const Resource* resource = nullptr;
        std::array<std::string_view, parameters_max> values;  ///< as sent
        std::size_t count = 0;
    };

    Router();
    ~Router();

    /// Each route of each operation. `operations` must outlive the router, and stay where it is.
    void add(const operation::Table& operations);

    /// `file` must outlive the router. Its route is its path; of one that is immutable its
    /// folder's,
    /// "/assets/*", as the path is another in each release.
    void add(const Asset& file);

    /// `page` must outlive the router.
    void add(const Page& page);

    /// Each route as it was first added, "/api/{user_id}/tasks", by its resource's index.
    const std::vector<std::string>& patterns() const noexcept { return patterns_; }

    /// False if there is no such path.
    bool find(std::string_view path, Found& found) const noexcept;

private:
    struct Node;

    Resource& make_resource(std::string_view path) { return make_resource(path, path); }
    Resource& make_resource(std::string_view path, std::string_view pattern);
    std::size_t make_index(std::string_view pattern);
    const Resource* walk(const Node& node, std::string_view rest, Found& found) const noexcept;

    std::unique_ptr<Node> root_;
    std::vector<std::string> patterns_;
};

}  // namespace todod::http

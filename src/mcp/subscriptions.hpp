#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/authenticator.hpp"
#include "base/loop.hpp"
#include "feed/hub.hpp"
#include "mcp/server.hpp"

namespace todod::mcp {

/// A list of the server's that may change.
enum class ListKind : std::uint8_t { tools, prompts, resources };
inline constexpr std::size_t list_kind_count = 3;

/// What somebody listens for.
struct Filter {
    std::array<bool, list_kind_count> lists{};  ///< by ListKind
    std::vector<std::string> uris{};            ///< of resources
};

/// How resources are watched.
struct ResourceWatch {
    /// Whether `uri` may be watched, be there something behind it or not. Null: nothing may.
    std::function<bool(std::string_view uri)> takes{};
    /// A mark of what `uri` shows `sender` at the moment: while it is the same, so is that. Throws
    /// Error{unauthorized} when there is no such user any more.
    std::function<base::Async<std::string>(const Sender& sender, std::string uri)> look{};
};

/// How many streams may be open at once.
struct StreamLimits {
    std::size_t of_user = 8;
    std::size_t in_all = 256;
    std::size_t uris_of_user = 16;  ///< that they watch together: each is looked at again and again
};

/// The streams that all I/O threads have open.
class StreamBook {
public:
    explicit StreamBook(StreamLimits limits = {}) : limits_(limits) {}

    /// One open stream, until it is destroyed.
    class Place {
    public:
        Place(StreamBook& book, std::string user_id, std::size_t uris)
            : book_(&book), user_id_(std::move(user_id)), uris_(uris)
        {
        }
        Place(Place&& other) noexcept
            : book_(std::exchange(other.book_, nullptr)),
              user_id_(std::move(other.user_id_)),
              uris_(other.uris_)
        {
        }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        Place& operator=(Place&&) = delete;
        ~Place();

    private:
        StreamBook* book_;
        std::string user_id_;
        std::size_t uris_;
    };

    /// For a stream that watches so many `uris`; a fault where there are too many. This must
    /// outlive the place.
    std::variant<Place, Fault> open(const std::string& user_id, std::size_t uris);

private:
    /// What a user has open.
    struct Share {
        std::size_t streams = 0;
        std::size_t uris = 0;
    };

    std::optional<Fault> find_excess(const Share& share) const;

    const StreamLimits limits_;
    std::mutex mutex_;  ///< of what follows
    std::unordered_map<std::string, Share> of_user_;
    std::size_t in_all_ = 0;
};

/// Throws Error{unauthorized} when what `sender` has come with over HTTP is not theirs any more, or
/// covers no reading.
base::Async<void> check_credentials(auth::Authenticator& authenticator, const Sender& sender);

/// What Listeners go by.
struct ListenSettings {
    std::array<bool, list_kind_count> lists{};  ///< those that may be announced
    ResourceWatch resources{};
    /// Throws Error{unauthorized} when what `sender` has come with does not hold any more. Null:
    /// it always does.
    std::function<base::Async<void>(const Sender& sender)> check{};
    /// Whether the server stops: then all streams end. Null: it never does.
    std::function<bool()> is_stopping{};
    feed::Hub* hub = nullptr;  ///< that tells of changes at once. Null: looking alone does.
    std::chrono::milliseconds tick{250};  ///< how soon a stop is seen
    std::uint64_t ticks_of_look = 8;      ///< after so many, resources are looked at again
    std::uint64_t ticks_of_check = 40;    ///< and credentials, though nothing has changed
    /// After so many, an hour, a stream ends: who still waits listens again.
    std::uint64_t ticks_of_stream = 14'400;
};

/// The request that ends only when somebody wants it to (2026-07-28).
inline constexpr std::string_view listen_method = "subscriptions/listen";

/// The open streams of `subscriptions/listen` (2026-07-28) of one I/O thread.
///
/// Whatever changes a resource, on whatever replica, is seen by looking at it again, now and then
/// and when the hub says so: nothing is kept but the marks of what an open stream watches.
class Listeners {
public:
    /// At most so many resources are watched by a stream, each with so long a URI.
    static constexpr std::size_t max_uris = 16;
    static constexpr std::size_t max_uri_bytes = 256;

    /// `loop` and `book` must outlive this, and this the streams.
    Listeners(base::Loop& loop, StreamBook& book, ListenSettings settings);

    /// `subscriptions/listen`; to be given to one Server.
    Method method();

    /// Tells all streams of this thread that listen for it. On its own thread only.
    void announce(ListKind list);

private:
    struct Stream;
    class Registration;

    base::Async<Answer> listen(const Request& request);
    base::Async<void> keep_telling(const Request& request, Stream& stream);
    base::Async<void> acknowledge(const Request& request, const Stream& stream);
    base::Async<void> tell_lists(const Request& request, Stream& stream);
    base::Async<bool> look(const Request& request, Stream& stream);
    base::Async<std::vector<std::optional<std::string>>> find_changed(const Request& request,
                                                                      Stream& stream);
    Filter narrow(Filter filter) const;
    bool is_over(const Request& request) const;
    void pass_tick();

    base::Loop& loop_;
    StreamBook& book_;
    const ListenSettings settings_;
    feed::Hub own_hub_;  ///< where there is no other
    feed::Hub& hub_;
    std::unique_ptr<base::Timer> timer_;  ///< from the first stream on
    std::vector<Stream*> streams_;
    std::uint64_t now_ = 0;  ///< in ticks
};

}  // namespace todod::mcp

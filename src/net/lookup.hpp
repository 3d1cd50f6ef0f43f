#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace todod::net {

/// What became of looking up a host: its addresses in text, in the order to try them (RFC 6724),
/// or why there are none.
struct Addresses {
    std::vector<std::string> addresses;
    std::string failure;
};

/// Asks the system for the addresses of hosts, each on a thread of its own: that blocks and cannot
/// be ended, and a name server that never answers must not keep others waiting.
class Lookups {
public:
    using Ask = std::function<Addresses(const std::string& host)>;

    static constexpr std::size_t max_at_once = 16;

    /// `ask` is copied, and may be called by many at once.
    explicit Lookups(Ask ask) : ask_(std::move(ask)) {}

    /// Calls `done` on the lookup's thread. It must own all that it uses: whoever goes does not
    /// wait for it. Throws Error{unavailable} when `max_at_once` are under way.
    void start(std::string host, std::function<void(Addresses)> done);

private:
    Ask ask_;
    std::shared_ptr<std::atomic<std::size_t>> under_way_ =
        std::make_shared<std::atomic<std::size_t>>(0);
};

/// The addresses of `host` as the system has them.
Addresses look_up(const std::string& host);

/// The lookups of one thread: who asks for a host that is being looked up waits with those who
/// have asked before, so that however many ask for one host, they are one lookup. Hosts that must
/// be public, which are users' choice, have a share of their own, and take none of the others'.
class SharedLookups {
public:
    using Post = std::function<void(std::function<void()>)>;
    using Done = std::function<void(const Addresses&)>;

    /// `post` runs what it is given on the thread, or not at all when this has gone. It is copied.
    explicit SharedLookups(const Post& post, const Lookups::Ask& ask = look_up)
        : post_(post), of_any_(ask), of_public_(ask)
    {
    }

    /// Throws as Lookups::start.
    void start(const std::string& host, bool public_only, Done done);

private:
    void finish(const std::string& host, const Addresses& found);

    Post post_;
    Lookups of_any_;
    Lookups of_public_;
    std::map<std::string, std::vector<Done>> waiting_;
};

}  // namespace todod::net

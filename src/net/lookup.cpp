#include "net/lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <system_error>
#include <thread>

#include "base/error.hpp"

namespace todod::net {

namespace {

constexpr std::size_t max_addresses = 16;
constexpr std::chrono::seconds busy_retry_after{1};

struct AddressesDeleter {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using AddressesPtr = std::unique_ptr<addrinfo, AddressesDeleter>;

base::Error busy_error(std::string cause)
{
    return base::Error::unavailable("Too many requests to other servers wait.", busy_retry_after,
                                    std::move(cause));
}

}  // namespace

Addresses look_up(const std::string& host)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    const AddressesPtr owned{list};
    if (failure != 0) return {.addresses = {}, .failure = ::gai_strerror(failure)};
    Addresses found;
    for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                          NI_NUMERICHOST) != 0) {
            continue;
        }
        found.addresses.emplace_back(text.data());
        if (found.addresses.size() == max_addresses) break;
    }
    if (found.addresses.empty()) found.failure = "it has no address";
    return found;
}

void Lookups::start(std::string host, std::function<void(Addresses)> done)
{
    if (under_way_->fetch_add(1) >= max_at_once) {
        --*under_way_;
        throw busy_error("too many hosts are being looked up");
    }
    try {
        std::thread{[host = std::move(host), done = std::move(done), ask = ask_,
                     under_way = under_way_] {
            Addresses found = ask(host);
            --*under_way;
            done(std::move(found));
        }}.detach();
    } catch (const std::system_error& error) {
        --*under_way_;
        throw busy_error(error.what());
    }
}

void SharedLookups::start(const std::string& host, bool public_only, Done done)
{
    const auto found = waiting_.find(host);
    if (found != waiting_.end()) return found->second.push_back(std::move(done));
    auto& lookups = public_only ? of_public_ : of_any_;
    lookups.start(host, [this, host, post = post_](Addresses found) {
        post([this, host, found = std::move(found)] { finish(host, found); });
    });
    waiting_[host].push_back(std::move(done));
}

void SharedLookups::finish(const std::string& host, const Addresses& found)
{
    const auto served = waiting_.extract(host);
    for (const Done& done : served.mapped())
        done(found);
}

}  // namespace todod::net

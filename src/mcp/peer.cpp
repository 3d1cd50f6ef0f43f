#include "mcp/peer.hpp"

#include "mcp/message.hpp"

namespace todod::mcp {

base::Async<void> Peer::notify(std::string_view method, boost::json::object params)
{
    if (events_ != nullptr) co_await events_->send(event, write_notification(method, params));
}

base::Async<void> Peer::ask(std::string_view id, std::string_view method,
                            boost::json::object params)
{
    if (events_ != nullptr) co_await events_->send(event, write_request(id, method, params));
}

}  // namespace todod::mcp

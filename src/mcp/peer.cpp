#include "mcp/peer.hpp"

#include "mcp/message.hpp"

namespace todod::mcp {

base::Async<void> Peer::notify(std::string_view method, boost::json::object params)
{
    if (events_ != nullptr) co_await events_->send(event, write_notification(method, params));
}

}  // namespace todod::mcp

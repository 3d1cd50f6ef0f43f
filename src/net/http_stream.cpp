#include "net/http_stream.hpp"

#include "net/channel.hpp"

namespace todod::net {

HttpStream::HttpStream(HttpResponse head, std::shared_ptr<Channel> channel)
    : head_(std::move(head)), channel_(std::move(channel))
{
}

HttpStream::~HttpStream()
{
    channel_->abandon();
}

base::Async<std::optional<std::string>> HttpStream::read()
{
    co_await channel_->next();
    co_return channel_->take_piece();
}

}  // namespace todod::net

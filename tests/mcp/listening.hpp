#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "mcp/server.hpp"
#include "support/loop.hpp"

namespace todod::mcp::testing {

/// One who has sent a request and takes what comes before its answer:
///
///     Listener listener{loop, server, {.caller = {.user_id = "ada"}}, "{…}"};
///     listener.wait_for(1);
///     listener.leave();
class Listener final : public operation::EventSink {
public:
    Listener(todod::testing::TestLoop& loop, const Server& server, Sender sender,
             std::string_view json)
        : loop_(loop), message_(boost::json::parse(json))
    {
        sender.events = this;
        sender.stopped = stop_.get_token();
        base::spawn(answer(server, std::move(sender)));
    }
    ~Listener() override
    {
        leave();
        wait_for_end();
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    base::Async<void> send(operation::Event event) override
    {
        if (stop_.stop_requested()) {
            throw base::Error{base::ErrorCode::unavailable, "The client has gone."};
        }
        frames_.push_back(boost::json::parse(event.data));
        is_reached_ = frames_.size() >= wanted_;
        co_return;
    }

    /// Until so many notifications have come, or the answer.
    void wait_for(std::size_t count)
    {
        wanted_ = count;
        is_reached_ = has_ended_ || frames_.size() >= wanted_;
        loop_.run_until(is_reached_);
    }
    void wait_for_end() { loop_.run_until(has_ended_); }
    void leave() { stop_.request_stop(); }

    bool has_ended() const noexcept { return has_ended_; }
    const std::vector<boost::json::value>& frames() const noexcept { return frames_; }
    const boost::json::value& answered() const noexcept { return answered_; }
    int status() const noexcept { return status_; }

    /// The resources that notifications from `first` on are about, sorted.
    std::vector<std::string> uris(std::size_t first) const
    {
        std::vector<std::string> found;
        for (std::size_t i = first; i < frames_.size(); ++i)
            found.emplace_back(frames_[i].at("params").at("uri").as_string());
        std::ranges::sort(found);
        return found;
    }

    /// The last notification: its method, and the resource's URI where it has one.
    std::string last() const
    {
        const auto& frame = frames_.back();
        const auto& params = frame.at("params").as_object();
        std::string text{frame.at("method").as_string()};
        if (const auto* const uri = params.if_contains("uri")) {
            text += ' ';
            text += std::string_view{uri->as_string()};
        }
        return text;
    }

private:
    base::Async<void> answer(const Server& server, Sender sender)
    {
        try {
            const Outgoing outgoing = co_await server.answer(message_, std::move(sender));
            status_ = outgoing.status;
            answered_ = boost::json::parse(outgoing.body);
        } catch (const base::Error&) {
            status_ = 0;
        }
        has_ended_ = is_reached_ = true;
    }

    todod::testing::TestLoop& loop_;
    const boost::json::value message_;
    std::stop_source stop_;
    std::vector<boost::json::value> frames_;
    std::size_t wanted_ = 0;
    bool is_reached_ = false;
    bool has_ended_ = false;
    boost::json::value answered_;
    int status_ = 0;
};

}  // namespace todod::mcp::testing

#pragma once

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "net/test_server.hpp"

namespace todod::testing {

using Parts = std::vector<std::string>;

inline std::string with_status(int status, std::string_view headers, std::string_view body)
{
    return fmt::format(
        "HTTP/1.1 {} So\r\nContent-Type: application/json\r\n{}Content-Length: "
        "{}\r\n\r\n{}",
        status, headers, body.size(), body);
}

/// A stream of chat.completion.chunk, each a `delta` as JSON, with the reason of the end.
inline Parts stream_of(const std::vector<std::string>& deltas, std::string_view reason = "stop")
{
    Parts parts{
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: "
        "close\r\n\r\n"};
    for (const std::string& delta : deltas) {
        parts.push_back(fmt::format(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{},\"finish_reason\":null}}]}}\n\n",
            delta));
    }
    parts.push_back(fmt::format(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"{}\"}}]}}\n\n",
        reason));
    parts.emplace_back(
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}\n\n");
    parts.emplace_back("data: [DONE]\n\n");
    return parts;
}

inline Parts say(std::string_view text)
{
    return stream_of({fmt::format(R"({{"content":"{}"}})", text)});
}

/// One tool with its arguments as JSON.
inline Parts call(std::string_view name, std::string_view arguments)
{
    const auto function =
        boost::json::serialize(boost::json::object{{"name", name}, {"arguments", arguments}});
    return stream_of(
        {fmt::format(
            R"({{"tool_calls":[{{"index":0,"id":"call_a","type":"function","function":{}}}]}})",
            function)},
        "tool_calls");
}

/// A provider that answers requests in turn with what a test has written down, the last again and
/// again, and keeps what it was asked.
class ModelServer {
public:
    explicit ModelServer(std::vector<Parts> script, const Certificate* certificate = nullptr)
        : script_(std::move(script)),
          server_([this](const std::string& request) { return answer(request); }, certificate)
    {
    }

    TestServer& server() noexcept { return server_; }
    std::string base_url(std::string_view host = "127.0.0.1") const
    {
        return server_.url("/v1", host);
    }
    int requests() const { return server_.requests(); }
    std::string head(std::size_t index) const
    {
        const std::lock_guard lock{mutex_};
        return asked_.at(index).substr(0, asked_.at(index).find("\r\n\r\n"));
    }
    boost::json::object body(std::size_t index) const
    {
        const std::lock_guard lock{mutex_};
        const std::string& text = asked_.at(index);
        return boost::json::parse(text.substr(text.find("\r\n\r\n") + 4)).as_object();
    }
    /// The messages of a request from `from` on: "role: content", and the tools it has called.
    std::vector<std::string> messages(std::size_t index, std::size_t from = 1) const
    {
        std::vector<std::string> lines;
        const auto all = body(index).at("messages").as_array();
        for (std::size_t i = from; i < all.size(); ++i) {
            const auto& message = all[i].as_object();
            std::string line = std::string{message.at("role").as_string()} + ':';
            if (const auto* const content = message.at("content").if_string()) {
                line += ' ' + std::string{*content};
            } else {
                EXPECT_TRUE(message.at("content").is_null());
            }
            if (const auto* const calls = message.if_contains("tool_calls")) {
                for (const auto& each : calls->as_array()) {
                    const auto& function = each.at("function").as_object();
                    line +=
                        fmt::format(" {}({})", std::string_view{function.at("name").as_string()},
                                    std::string_view{function.at("arguments").as_string()});
                }
            }
            lines.push_back(std::move(line));
        }
        return lines;
    }

private:
    Parts answer(const std::string& request)
    {
        const std::lock_guard lock{mutex_};
        asked_.push_back(request);
        return script_.at(std::min(asked_.size(), script_.size()) - 1);
    }

    const std::vector<Parts> script_;
    mutable std::mutex mutex_;
    std::vector<std::string> asked_;
    TestServer server_;
};

}  // namespace todod::testing

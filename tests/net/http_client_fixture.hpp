#pragma once

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "net/http_client.hpp"
#include "net/test_server.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::net {

inline constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// One that sends just these bytes.
inline testing::TestServer::Answer always(std::string_view bytes)
{
    return [bytes = std::string{bytes}](const std::string&) { return std::vector{bytes}; };
}

inline testing::TestServer::Answer never()
{
    return [](const std::string&) { return std::vector{std::string{testing::TestServer::hang}}; };
}

class HttpClientTest : public ::testing::Test {
protected:
    HttpResponse send(HttpRequest request)
    {
        return loop_.run(client_.send(std::move(request), loop_));
    }
    HttpResponse get(const std::string& url) { return send({.url = url}); }

    /// The error of a request that gets no answer. Nothing of it but the server may be in there.
    base::Error failure(HttpRequest request)
    {
        request.headers.push_back({"Authorization", "Bearer sesame"});
        request.url += request.url.ends_with('/') ? "sesame?key=sesame" : "";
        const base::Error error = testing::error_of([&] { send(request); });
        EXPECT_THAT(error.message() + error.cause(),
                    ::testing::Not(::testing::HasSubstr("sesame")));
        return error;
    }
    void expect_no_answer(const HttpRequest& request, std::string_view cause)
    {
        const base::Error error = failure(request);
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
        EXPECT_THAT(error.cause(), ::testing::HasSubstr(cause));
        EXPECT_TRUE(error.retry_after());
    }

    testing::TestLoop loop_;
    HttpClient client_;
};

}  // namespace todod::net

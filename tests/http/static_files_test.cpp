#include "http/static_files.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "http/gzip.hpp"
#include "http/test_server.hpp"

namespace todod::http {
namespace {

using ::testing::HasSubstr;
using testing::HttpClient;
using testing::HttpResponse;
using ::testing::Not;
using testing::request;
using testing::TestServer;

constexpr std::string_view html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";

const Asset& get_asset(std::string_view path)
{
    const auto found = std::ranges::find(app_assets(), path, &Asset::path);
    if (found == app_assets().end()) throw std::runtime_error{std::string{path} + " is missing"};
    return *found;
}

/// The path of some file that is named by its content.
std::string immutable_path()
{
    const auto found = std::ranges::find_if(app_assets(), &Asset::is_immutable);
    return found == app_assets().end() ? "" : std::string{found->path};
}

bool varies_by(const HttpResponse& answer, std::string_view field)
{
    return fmt::format(" {},", answer.header("Vary")).contains(fmt::format(" {},", field));
}

std::string content_of(const Asset& file)
{
    return file.identity.empty() ? gunzip(file.gzip) : std::string{file.identity};
}

TEST(AppAssets, have_the_page_and_its_worker_with_policies_of_their_own)
{
    EXPECT_EQ(get_asset("/").policy, Policy::page);
    EXPECT_EQ(get_asset("/").content_type, "text/html; charset=utf-8");
    EXPECT_EQ(get_asset("/sw.js").policy, Policy::worker);
    EXPECT_EQ(get_asset("/manifest.webmanifest").content_type, "application/manifest+json");
    for (const auto& file : app_assets()) {
        if (file.path != "/" && file.path != "/sw.js") EXPECT_EQ(file.policy, Policy::file);
    }
}

TEST(AppAssets, are_where_nothing_else_is)
{
    std::set<std::string_view> seen;
    for (const auto& file : app_assets()) {
        const bool is_below_root = file.path.rfind('/') == 0 && file.path.contains('.');
        EXPECT_TRUE(file.path == "/" || is_below_root || file.path.starts_with("/assets/"))
            << file.path;
        EXPECT_TRUE(seen.insert(file.path).second) << file.path;
    }
}

TEST(AppAssets, are_immutable_where_their_content_names_them)
{
    EXPECT_FALSE(immutable_path().empty());
    for (const auto& file : app_assets())
        EXPECT_EQ(file.is_immutable, file.path.starts_with("/assets/")) << file.path;
}

TEST(AppAssets, are_the_same_packed_and_not)
{
    for (const auto& assets : {app_assets(), docs_assets()}) {
        for (const auto& file : assets) {
            EXPECT_FALSE(file.identity.empty() && file.gzip.empty()) << file.path;
            if (file.identity.empty() || file.gzip.empty()) continue;
            EXPECT_EQ(gunzip(file.gzip), file.identity) << file.path;
            EXPECT_LT(file.gzip.size(), file.identity.size()) << file.path;
        }
    }
}

TEST(AppAssets, name_each_other)
{
    const auto page = content_of(get_asset("/"));
    const auto worker = content_of(get_asset("/sw.js"));
    EXPECT_THAT(page, HasSubstr("src=\"/assets/"));
    for (const auto& file : app_assets()) {
        if (file.path == "/sw.js") continue;
        EXPECT_THAT(worker, HasSubstr(fmt::format("\"{}\"", file.path)));
    }
}

TEST(StaticFiles, have_the_document_where_there_is_one)
{
    const StaticFiles without{{app_assets(), docs_assets()}, nullptr};
    EXPECT_EQ(without.all().size(), app_assets().size() + docs_assets().size());
    const StaticFiles with{{}, std::make_shared<const std::string>("{}")};
    ASSERT_EQ(with.all().size(), 1U);
    EXPECT_EQ(with.all()[0].path, "/openapi.json");
    EXPECT_EQ(with.all()[0].identity, "{}");
}

TEST(StaticFiles, answer_at_the_root_by_what_is_accepted)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto page = client.ask(request("GET", "/", html));
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(page.header("Cache-Control"), "no-cache");
    EXPECT_EQ(page.body, content_of(get_asset("/")));
    EXPECT_TRUE(varies_by(page, "Accept"));
    const auto head = client.ask(request("HEAD", "/", html), true);
    EXPECT_EQ(head.header("Content-Length"), page.header("Content-Length"));
    EXPECT_EQ(head.header("ETag"), page.header("ETag"));

    for (const std::string_view other :
         {"", "Accept: */*\r\n", "Accept: application/json\r\n", "Accept: text/html;q=0\r\n"}) {
        const auto json = client.ask(request("GET", "/", other));
        EXPECT_EQ(json.status, 200);
        EXPECT_THAT(json.header("Content-Type"), Not(HasSubstr("html"))) << other;
        EXPECT_TRUE(varies_by(json, "Accept"));
    }
    const auto refused = client.ask(request("POST", "/", html));
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(refused.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_FALSE(varies_by(client.ask(request("GET", "/health", html)), "Accept"));
}

TEST(StaticFiles, are_not_sent_to_who_has_them)
{
    const TestServer server;
    HttpClient client{server.port()};
    for (const std::string& path : {std::string{"/"}, std::string{"/sw.js"}, immutable_path()}) {
        const auto whole = client.ask(request("GET", path, html));
        const auto same = client.ask(request(
            "GET", path, fmt::format("{}If-None-Match: {}\r\n", html, whole.header("ETag"))));
        EXPECT_EQ(same.status, 304) << path;
        EXPECT_EQ(same.header("ETag"), whole.header("ETag"));
        EXPECT_EQ(same.header("Cache-Control"), whole.header("Cache-Control"));
        EXPECT_EQ(same.header("Content-Security-Policy"), whole.header("Content-Security-Policy"));
        const auto other =
            client.ask(request("GET", path, fmt::format("{}If-None-Match: \"x\"\r\n", html)));
        EXPECT_EQ(other.status, 200) << path;
    }
}

TEST(StaticFiles, say_that_they_vary_where_they_are_kept_packed)
{
    const TestServer server;
    HttpClient client{server.port()};
    for (const auto& file : app_assets()) {
        const auto fields = std::string{html} + "Accept-Encoding: ";
        const auto plain = client.ask(request("GET", file.path, fields + "identity\r\n"));
        const auto packed = client.ask(request("GET", file.path, fields + "gzip\r\n"));
        EXPECT_FALSE(plain.has("Content-Encoding")) << file.path;
        EXPECT_EQ(plain.body, content_of(file));
        EXPECT_EQ(packed.has("Content-Encoding"), !file.gzip.empty()) << file.path;
        for (const auto& answer : {plain, packed}) {
            EXPECT_EQ(varies_by(answer, "Accept-Encoding"), !file.gzip.empty()) << file.path;
        }
    }
}

TEST(StaticFiles, are_fresh_for_ever_where_their_path_changes_with_them)
{
    const TestServer server;
    HttpClient client{server.port()};
    EXPECT_EQ(client.ask(request("GET", immutable_path())).header("Cache-Control"),
              "public, max-age=31536000, immutable");
    for (const std::string_view path : {"/sw.js", "/manifest.webmanifest", "/docs"})
        EXPECT_EQ(client.ask(request("GET", path)).header("Cache-Control"), "no-cache") << path;
    const auto missing = client.ask(request("GET", "/assets/nothing-12345678.js"));
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.header("Content-Type"), "application/problem+json");
    EXPECT_FALSE(missing.has("Cache-Control"));
}

TEST(StaticFiles, have_policies_by_what_they_are)
{
    const TestServer server;
    HttpClient client{server.port()};
    const auto policy_of = [&client](std::string_view path) {
        return std::string{
            client.ask(request("GET", path, html)).header("Content-Security-Policy")};
    };
    EXPECT_THAT(policy_of("/"), HasSubstr("require-trusted-types-for 'script'"));
    EXPECT_THAT(policy_of("/"), Not(HasSubstr("unsafe")));
    EXPECT_THAT(policy_of("/sw.js"), HasSubstr("default-src 'none'; connect-src 'self'"));
    EXPECT_THAT(policy_of("/docs"), HasSubstr("worker-src blob:"));
    EXPECT_EQ(policy_of(immutable_path()), "default-src 'none'; frame-ancestors 'none'");
    EXPECT_EQ(policy_of("/health"), policy_of(immutable_path()));
    const auto page = client.ask(request("GET", "/", html));
    EXPECT_EQ(page.header("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_THAT(page.header("Permissions-Policy"), HasSubstr("camera=()"));
    EXPECT_FALSE(client.ask(request("GET", "/docs")).has("Cross-Origin-Opener-Policy"));
}

}  // namespace
}  // namespace todod::http

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "http/test_server.hpp"

namespace todod::http {

namespace {

std::string read(const std::filesystem::path& path)
{
    std::stringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

}  // namespace

/// JSONTestSuite: n_… must not parse, y_… must, i_… may do either. What parses may still be refused
/// for a member that it repeats.
TEST(JsonBody, parses_what_is_json_and_nothing_else)
{
    const std::filesystem::path folder = TODOD_VECTORS "/json/test_parsing";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no JSONTestSuite at " << folder;
    const testing::TestServer server;
    testing::HttpClient client{server.port()};
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator{folder}) {
        const auto name = file.path().filename().string();
        const auto body = read(file.path());
        const auto status = client.ask(testing::request("POST", "/echo", "", body)).status;
        if (body.empty()) {
            EXPECT_EQ(status, 422) << "an empty body is none: " << name;
        } else if (name.starts_with("y_object_duplicated_key")) {
            EXPECT_EQ(status, 422) << name;
        } else if (name.starts_with("n_")) {
            EXPECT_EQ(status, 400) << name;
        } else if (name.starts_with("y_")) {
            EXPECT_EQ(status, 201) << name;
        } else {
            EXPECT_THAT(status, ::testing::AnyOf(201, 400)) << name;
        }
        ++count;
    }
    EXPECT_GT(count, 300);
}

}  // namespace todod::http

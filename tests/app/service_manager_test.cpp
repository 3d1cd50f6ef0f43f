#include "service_manager.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "support/temp_folder.hpp"

namespace todod {
namespace {

using std::chrono::microseconds;
using testing::TempFolder;

base::LogSettings quiet()
{
    base::LogSettings settings;
    settings.level = base::LogLevel::off;
    return settings;
}

/// The manager's side.
class ServiceManagerTest : public ::testing::Test {
protected:
    ServiceManagerTest()
    {
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        std::ranges::copy(path_, address.sun_path);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    }
    ~ServiceManagerTest() override { ::close(socket_); }

    ServiceManager manager(Environment more = {})
    {
        more.emplace("NOTIFY_SOCKET", path_);
        return {more, log_};
    }

    /// What has come; empty: nothing.
    std::string receive() const
    {
        std::array<char, 1024> bytes{};
        const auto size = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

    const TempFolder folder_;
    const std::string path_ = folder_.file("notify");
    const int socket_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    base::Log log_{quiet()};
};

TEST_F(ServiceManagerTest, is_told_in_assignments)
{
    auto told = manager();
    told.say_ready("Serves");
    EXPECT_EQ(receive(), "READY=1\nSTATUS=Serves");
    told.say_alive();
    EXPECT_EQ(receive(), "WATCHDOG=1");
    told.say_stopping("Goes");
    EXPECT_EQ(receive(), "STOPPING=1\nSTATUS=Goes");
}

TEST_F(ServiceManagerTest, is_told_no_more_by_what_a_name_holds)
{
    manager().say_ready("Serves a\nMAINPID=1\r\x01\x7f.db");
    EXPECT_EQ(receive(), "READY=1\nSTATUS=Serves aMAINPID=1.db");
}

TEST_F(ServiceManagerTest, listens_for_the_living_where_it_says_so_to_this_process)
{
    const std::string here = std::to_string(::getpid());
    EXPECT_EQ(manager().patience(), std::nullopt);
    EXPECT_EQ(manager({{"WATCHDOG_USEC", "250000"}}).patience(), microseconds{250'000});
    EXPECT_EQ(manager({{"WATCHDOG_USEC", "1"}, {"WATCHDOG_PID", here}}).patience(),
              microseconds{1});
    EXPECT_EQ(manager({{"WATCHDOG_USEC", "1"}, {"WATCHDOG_PID", "1"}}).patience(), std::nullopt);
    for (const char* const bad : {"", "0", "-1", "1s", " 1", "99999999999999999999"})
        EXPECT_EQ(manager({{"WATCHDOG_USEC", bad}}).patience(), std::nullopt) << bad;
}

TEST_F(ServiceManagerTest, is_not_there_unless_it_has_a_socket)
{
    const std::string longest(sizeof(sockaddr_un::sun_path) - 1, 'x');
    EXPECT_TRUE((ServiceManager{{{"NOTIFY_SOCKET", '@' + longest.substr(1)}}, log_}.is_there()));
    for (const std::string& socket :
         {std::string{}, std::string{"/"}, std::string{"@"}, std::string{"run/notify"},
          std::string{"vsock:2:1"}, '/' + longest}) {
        ServiceManager nobody{{{"NOTIFY_SOCKET", socket}, {"WATCHDOG_USEC", "1"}}, log_};
        EXPECT_FALSE(nobody.is_there()) << socket;
        EXPECT_EQ(nobody.patience(), std::nullopt);
        nobody.say_ready("Serves");
    }
    ServiceManager{{}, log_}.say_ready("Serves");
    EXPECT_EQ(receive(), "");
}

}  // namespace
}  // namespace todod

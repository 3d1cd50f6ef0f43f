#include "operation/operation.hpp"

#include <gtest/gtest.h>

namespace todod::operation {
namespace {

TEST(Method, is_written_as_http_has_it)
{
    EXPECT_EQ(to_string(Method::get), "GET");
    EXPECT_EQ(to_string(Method::post), "POST");
    EXPECT_EQ(to_string(Method::put), "PUT");
    EXPECT_EQ(to_string(Method::patch), "PATCH");
    EXPECT_EQ(to_string(Method::remove), "DELETE");
}

}  // namespace
}  // namespace todod::operation

#include "types/health.hpp"

#include <gtest/gtest.h>

#include "support/schema.hpp"

namespace todod::types {
namespace {

using schema::Dialect;
using todod::testing::write_value;

TEST(Health, is_written_as_probes_expect_it)
{
    EXPECT_EQ(write_value(Greeting{}, Dialect::scoped),
              R"({"status":"ok","message":"Todo API is running"})");
    EXPECT_EQ(write_value(Health{.service = "todod", .version = "1.2.3", .timestamp = {}},
                          Dialect::scoped),
              R"({"status":"healthy","service":"todod","version":"1.2.3",)"
              R"("timestamp":"1970-01-01T00:00:00.000Z"})");
    EXPECT_EQ(write_value(Readiness{"ready", "connected"}, Dialect::scoped),
              R"({"status":"ready","database":"connected"})");
}

}  // namespace
}  // namespace todod::types

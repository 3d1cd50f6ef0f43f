#pragma once

#include <string>

#include "base/clock.hpp"
#include "schema/codec.hpp"

namespace todod::types {

struct Greeting {
    std::string status = "ok";
    std::string message = "Todo API is running";
};

struct Health {
    std::string status = "healthy";
    std::string service;
    std::string version;
    base::Instant timestamp;
};

struct Readiness {
    std::string status;    ///< "ready", "not ready" or "stopping"
    std::string database;  ///< "connected", "disconnected" or "outdated"
};

}  // namespace todod::types

namespace todod::schema {

template <>
const Type& type_of<types::Greeting>();
template <>
const Type& type_of<types::Health>();
template <>
const Type& type_of<types::Readiness>();

}  // namespace todod::schema

#pragma once

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <string>

namespace todod::testing {

/// Test data of others. Null where it is not there.
inline boost::json::value read_vectors(const std::string& name)
{
    std::ifstream file{std::string{TODOD_VECTORS} + "/" + name};
    if (!file) return nullptr;
    return boost::json::parse(std::string{std::istreambuf_iterator{file}, {}});
}

}  // namespace todod::testing

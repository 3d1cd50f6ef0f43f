#pragma once

#include <cstdlib>

#include "net/certificates.hpp"
#include "support/temp_folder.hpp"

namespace todod::testing {

/// A certificate authority that clients trust which are made while this lives.
struct TestAuthority {
    TestAuthority()
    {
        write_certificate(certificate, folder.file("authority.pem"));
        ::setenv("SSL_CERT_FILE", folder.file("authority.pem").c_str(), 1);
    }
    ~TestAuthority() { ::unsetenv("SSL_CERT_FILE"); }
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;

    const TempFolder folder;
    const Certificate certificate = make_certificate("", nullptr);
};

}  // namespace todod::testing

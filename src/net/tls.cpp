#include "net/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>

#include "base/error.hpp"

namespace todod::net {

namespace ssl = boost::asio::ssl;

namespace {

void require(bool done, const char* what)
{
    if (!done) throw base::Error{base::ErrorCode::internal, fmt::format("TLS: {}", what)};
}

bool is_address(const std::string& host)
{
    boost::system::error_code failed;
    boost::asio::ip::make_address(host, failed);
    return !failed;
}

}  // namespace

Trust::Trust() = default;
Trust::~Trust() = default;

ssl::context& Trust::context()
{
    if (context_) return *context_;
    auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
    context->set_default_verify_paths();
    context->set_verify_mode(ssl::verify_peer);
    require(SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION) == 1,
            "no TLS 1.2");
    context_ = std::move(context);
    return *context_;
}

void expect_host(SSL* connection, const std::string& host)
{
    X509_VERIFY_PARAM* const expected = SSL_get0_param(connection);
    if (is_address(host)) {
        require(X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1, "no address to expect");
        return;
    }
    X509_VERIFY_PARAM_set_hostflags(
        expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    require(X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size()) == 1,
            "no host to expect");
    // What SSL_set_tlsext_host_name stands for, without its cast.
    require(SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     const_cast<char*>(host.c_str())) == 1,
            "no name to send");
}

std::string certificate_fault(const SSL* connection)
{
    const long verdict = SSL_get_verify_result(connection);
    return verdict == X509_V_OK ? "" : X509_verify_cert_error_string(verdict);
}

}  // namespace todod::net

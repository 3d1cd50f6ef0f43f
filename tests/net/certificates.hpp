#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace todod::testing {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* what) const noexcept
    {
        release(what);
    }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Release<X509_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Release<SSL_free>>;

struct Certificate {
    KeyPtr key;
    X509Ptr x509;
};

inline void add_extension(X509* x509, int name, const std::string& value)
{
    const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension{
        X509V3_EXT_conf_nid(nullptr, nullptr, name, value.c_str())};
    if (!extension || X509_add_ext(x509, extension.get(), -1) != 1) {
        throw std::runtime_error{"no extension " + value};
    }
}

/// For `names` ("DNS:a.example,IP:127.0.0.1"), signed by `authority`, or by itself, for whom then
/// `names` is empty. It holds until `lifetime` seconds from now, and has for a day before that.
inline Certificate make_certificate(const std::string& names, const Certificate* authority,
                                    long lifetime = 86'400)
{
    constexpr long day = 86'400;
    Certificate made{KeyPtr{EVP_EC_gen("P-256")}, X509Ptr{X509_new()}};
    X509* const x509 = made.x509.get();
    static long serial = 1;
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x509), std::min(lifetime, 0L) - day);
    X509_gmtime_adj(X509_getm_notAfter(x509), lifetime);
    X509_set_pubkey(x509, made.key.get());
    const std::string name = names.empty() ? "An authority" : "localhost";
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    const Certificate& signer = authority == nullptr ? made : *authority;
    X509_set_issuer_name(x509, X509_get_subject_name(signer.x509.get()));
    add_extension(x509, NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "CA:FALSE");
    if (!names.empty()) add_extension(x509, NID_subject_alt_name, names);
    if (X509_sign(x509, signer.key.get(), EVP_sha256()) == 0) throw std::runtime_error{"no sign"};
    return made;
}

inline void write_certificate(const Certificate& certificate, const std::string& path)
{
    const std::unique_ptr<BIO, Release<BIO_free_all>> file{BIO_new_file(path.c_str(), "w")};
    if (!file || PEM_write_bio_X509(file.get(), certificate.x509.get()) != 1) {
        throw std::runtime_error{"cannot write " + path};
    }
}

inline SslContextPtr make_server_context(const Certificate& certificate)
{
    // OpenSSL writes to sockets without MSG_NOSIGNAL.
    std::signal(SIGPIPE, SIG_IGN);
    SslContextPtr context{SSL_CTX_new(TLS_server_method())};
    if (SSL_CTX_use_certificate(context.get(), certificate.x509.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), certificate.key.get()) != 1) {
        throw std::runtime_error{"no certificate"};
    }
    return context;
}

/// Null when the client does not go along.
inline SslPtr accept_tls(SSL_CTX* context, int socket)
{
    SslPtr tls{SSL_new(context)};
    SSL_set_fd(tls.get(), socket);
    return SSL_accept(tls.get()) == 1 ? std::move(tls) : nullptr;
}

}  // namespace todod::testing

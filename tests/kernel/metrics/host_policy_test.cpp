// SPDX-License-Identifier: MIT
#include "kernel/metrics/host_policy.hpp"
#include "tests/support/catch.hpp"

using tactus::metrics::host_policy;

TEST_CASE("the bound address is allowed as a literal, with any port or none") {
    const host_policy policy("127.0.0.1:9464", {});

    CHECK(policy.allows("127.0.0.1"));
    CHECK(policy.allows("127.0.0.1:9464"));
    CHECK(policy.allows("127.0.0.1:80"));
}

TEST_CASE("another address than the bound one is refused") {
    const host_policy policy("127.0.0.1:9464", {});

    CHECK_FALSE(policy.allows("127.0.0.2"));
    CHECK_FALSE(policy.allows("192.168.10.5:9464"));
    CHECK_FALSE(policy.allows("[::1]:9464"));
}

TEST_CASE("localhost is always allowed, in any case") {
    const host_policy policy("192.168.10.5:9464", {});

    CHECK(policy.allows("localhost:9464"));
    CHECK(policy.allows("LocalHost"));
}

TEST_CASE("a name that merely contains an allowed one is refused") {
    const host_policy policy("127.0.0.1:9464", {"tactus.example"});

    CHECK_FALSE(policy.allows("evil.example"));
    CHECK_FALSE(policy.allows("localhost.evil.example"));
    CHECK_FALSE(policy.allows("evil-localhost"));
    CHECK_FALSE(policy.allows("a.tactus.example"));
    CHECK_FALSE(policy.allows("127.0.0.1.evil.example"));
    CHECK_FALSE(policy.allows("localhost@evil.example"));
}

TEST_CASE("a name of the config is allowed") {
    const host_policy policy("127.0.0.1:9464", {"tactus.example"});

    CHECK(policy.allows("tactus.example"));
    CHECK(policy.allows("Tactus.Example:9464"));
}

TEST_CASE("an IPv6 address is one address however it is written") {
    const host_policy policy("[::1]:9464", {});

    CHECK(policy.allows("[::1]:9464"));
    CHECK(policy.allows("[0:0:0:0:0:0:0:1]"));
    CHECK_FALSE(policy.allows("[::2]"));
}

TEST_CASE("an address of the config is allowed, however it is written") {
    const host_policy policy("127.0.0.1:9464", {"2001:db8::7", "192.168.10.5"});

    CHECK(policy.allows("[2001:db8:0:0::7]:9464"));
    CHECK(policy.allows("192.168.10.5:80"));
    CHECK_FALSE(policy.allows("[2001:db8::8]"));
}

TEST_CASE("the name in a Host header is without port and brackets") {
    using tactus::metrics::host_name;
    CHECK(host_name("tactus:9464") == "tactus");
    CHECK(host_name("[::1]:9464") == "::1");
    CHECK(host_name("a:b:c").empty());
    CHECK(host_name("").empty());
}

TEST_CASE("bound to all addresses, every literal is allowed and no other name") {
    const host_policy v4("0.0.0.0:9464", {});
    const host_policy v6("[::]:9464", {});

    CHECK(v4.allows("192.168.10.5:9464"));
    CHECK(v6.allows("[fe80::1]:9464"));
    CHECK_FALSE(v4.allows("evil.example"));
    CHECK_FALSE(v6.allows("evil.example"));
}

TEST_CASE("an address is the same by way of IPv6 and without its interface") {
    CHECK(host_policy("127.0.0.1:9464", {}).allows("[::ffff:127.0.0.1]:9464"));
    CHECK_FALSE(host_policy("127.0.0.1:9464", {}).allows("[::ffff:127.0.0.2]:9464"));
    CHECK(host_policy("[fe80::1%eth0]:9464", {}).allows("[fe80::1]:9464"));
    CHECK_FALSE(host_policy("[fe80::1%eth0]:9464", {}).allows("[fe80::2]:9464"));
}

TEST_CASE("a host that is not one is refused") {
    const host_policy policy("127.0.0.1:9464", {});

    CHECK_FALSE(policy.allows(":9464"));
    CHECK_FALSE(policy.allows("127.0.0.1:http"));
    CHECK_FALSE(policy.allows("127.0.0.1:9464:9464"));
    CHECK_FALSE(policy.allows("127.0.0.1:123456"));
    CHECK_FALSE(policy.allows("[::1"));
    CHECK_FALSE(policy.allows("[]"));
    CHECK_FALSE(policy.allows("::1"));
    CHECK_FALSE(policy.allows("127.1"));
}

TEST_CASE("no host at all is no browser's and is allowed") {
    const host_policy policy("127.0.0.1:9464", {});

    CHECK(policy.allows(""));
}

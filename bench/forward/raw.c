// SPDX-License-Identifier: MIT
// The floor under the daemon: what comes in on one UDP port goes out to another, recvmmsg(64) to
// sendmmsg(64) on non-blocking sockets, and nothing is looked at. Same sizes, same socket set-up
// and the same wait (epoll would cost what poll does, for one descriptor) as the daemon's plugins.
// Arguments: PORT-IN PORT-OUT. Ends by SIGTERM. Called by bench/suite.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { batch = 64, datagram_max = 2048, buffer_bytes = 4 << 20 };

static unsigned char room[batch][datagram_max];
static struct iovec parts[batch];
static struct mmsghdr headers[batch];

static void fail(const char* what) {
    perror(what);
    exit(1);
}

static int open_socket(int is_input, uint16_t port) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int size = buffer_bytes;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const struct sockaddr* const at = (const struct sockaddr*)&address;
    if (is_input ? bind(fd, at, sizeof address) != 0 : connect(fd, at, sizeof address) != 0) {
        fail("raw");
    }
    return fd;
}

static void send_all(int fd, unsigned count) {
    for (unsigned sent = 0; sent < count;) {
        const int went = sendmmsg(fd, headers + sent, count - sent, 0);
        if (went > 0) {
            sent += (unsigned)went;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            struct pollfd writable = {fd, POLLOUT, 0};
            poll(&writable, 1, -1);
        } else if (errno != ECONNREFUSED) { // the echo of an earlier one
            fail("raw: sendmmsg");
        }
    }
}

int main(int count, char** words) {
    if (count != 3) {
        fprintf(stderr, "usage: forward_raw_bench PORT-IN PORT-OUT\n");
        return 2;
    }
    const int in = open_socket(1, (uint16_t)atoi(words[1]));
    const int out = open_socket(0, (uint16_t)atoi(words[2]));
    for (int i = 0; i < batch; ++i) {
        parts[i].iov_base = room[i];
        headers[i].msg_hdr.msg_iov = &parts[i];
        headers[i].msg_hdr.msg_iovlen = 1;
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        struct pollfd readable = {in, POLLIN, 0};
        poll(&readable, 1, -1);
        for (int i = 0; i < batch; ++i) {
            parts[i].iov_len = datagram_max;
        }
        const int got = recvmmsg(in, headers, batch, 0, NULL);
        for (int i = 0; i < got; ++i) {
            parts[i].iov_len = headers[i].msg_len;
        }
        if (got > 0) {
            send_all(out, (unsigned)got);
        }
    }
}

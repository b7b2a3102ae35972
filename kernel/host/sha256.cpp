// SPDX-License-Identifier: MIT
#include "kernel/host/sha256.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <vector>

namespace tactus::host {
namespace {

constexpr std::array<std::uint32_t, 64> constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::size_t block_bytes = 64;
using state = std::array<std::uint32_t, 8>;

std::uint32_t word_at(const std::byte* bytes) noexcept {
    std::uint32_t word = 0;
    for (int i = 0; i < 4; ++i) {
        word = word << 8U | std::to_integer<std::uint32_t>(bytes[i]);
    }
    return word;
}

void take_block(state& hash, const std::byte* block) noexcept {
    std::array<std::uint32_t, 64> w;
    for (std::size_t i = 0; i < w.size(); ++i) {
        if (i < 16) {
            w[i] = word_at(block + 4 * i);
            continue;
        }
        const std::uint32_t s0 =
            std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3U);
        const std::uint32_t s1 =
            std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10U);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    state s = hash; // a to h
    for (std::size_t i = 0; i < w.size(); ++i) {
        const std::uint32_t e = s[4];
        const std::uint32_t a = s[0];
        const std::uint32_t first = s[7] + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                    ((e & s[5]) ^ (~e & s[6])) + constants[i] + w[i];
        const std::uint32_t second = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) +
                                     ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        std::rotate(s.begin(), s.end() - 1, s.end());
        s[4] += first;
        s[0] = first + second;
    }
    for (std::size_t i = 0; i < hash.size(); ++i) {
        hash[i] += s[i];
    }
}

} // namespace

std::string sha256_of(std::span<const std::byte> bytes) {
    state hash = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::size_t done = 0;
    for (; bytes.size() - done >= block_bytes; done += block_bytes) {
        take_block(hash, bytes.data() + done);
    }
    std::vector<std::byte> tail(bytes.begin() + static_cast<std::ptrdiff_t>(done), bytes.end());
    tail.push_back(std::byte{0x80});
    tail.resize((tail.size() + 8 + block_bytes - 1) / block_bytes * block_bytes);
    const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
    for (std::size_t i = 0; i < 8; ++i) {
        tail[tail.size() - 1 - i] = static_cast<std::byte>(bits >> (8 * i));
    }
    for (std::size_t at = 0; at < tail.size(); at += block_bytes) {
        take_block(hash, tail.data() + at);
    }
    std::string text;
    for (const std::uint32_t word : hash) {
        for (int shift = 28; shift >= 0; shift -= 4) {
            text += "0123456789abcdef"[word >> static_cast<unsigned>(shift) & 15U];
        }
    }
    return text;
}

std::string sha256_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return {};
    }
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    return sha256_of(std::as_bytes(std::span(bytes)));
}

} // namespace tactus::host

# SPDX-License-Identifier: MIT
"""A network that the machine can lose: a veth pair, with a host at its far end.

    net = kept(Network())           # "lab0", 10.9.9.1 here, and 10.9.9.2 there
    there = net.udp(57120)          # a socket of the far host; net.tcp_listener() is another
    net.down(); net.up()            # as by `ip link`
    net.remove(); net.add()         # as an adapter that is pulled out
"""
import ctypes
import os
import socket
import threading

from checks import shell
from osc import Listener

NAME, HERE, THERE = "lab0", "10.9.9.1", "10.9.9.2"
CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Network:
    def __init__(self):
        shell("modprobe veth; ip netns add far; ip -n far link set lo up")
        self.add()

    def add(self):
        shell("ip link add %s type veth peer name far0 netns far"
              " && ip -n far addr add %s/24 dev far0 && ip -n far link set far0 up multicast on"
              " && ip -n far route add 224.0.0.0/4 dev far0 && ip addr add %s/24 dev %s"
              % (NAME, THERE, HERE, NAME))
        self.up()

    def up(self):
        shell("ip link set %s up" % NAME)

    def down(self):
        shell("ip link set %s down" % NAME)

    def remove(self):
        shell("ip link del " + NAME)

    def udp(self, port=0):
        return self._there(lambda: self._bound(socket.SOCK_DGRAM, port))

    def tcp_listener(self, port):
        return Listener(server=self._there(lambda: socket.create_server((THERE, port))))

    @staticmethod
    def _bound(kind, port):
        one = socket.socket(socket.AF_INET, kind)
        one.bind((THERE if port else "", port))
        one.settimeout(0.5)
        return one

    @staticmethod
    def _there(make):
        """A thread has a network of its own; what it makes there stays there."""
        made = []

        def run():
            with open("/run/netns/far") as far:
                if _libc.setns(far.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            made.append(make())

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        return made[0]

    def end(self):
        shell("ip netns del far")

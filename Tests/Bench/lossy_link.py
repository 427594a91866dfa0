"""A link with delay and loss to the servers of this machine, where the kernel has netem and one is root.

A network namespace holds the client. In it 127.0.0.1 is not its own loopback but this machine's, reached over a pair of
virtual devices that delay and lose packets, each its own direction. So the servers need not know, and their certificate
and the URLs that they sign stay right.
"""

import os
import subprocess
from contextlib import contextmanager

HERE, THERE = "10.203.77.1", "10.203.77.2"


class NoLossyLink(Exception):
    """Why there is none on this machine."""


@contextmanager
def lossy_link():
    """Gives the words to put before a command so that it goes over the link."""
    name = f"bench{os.getpid()}"
    near, far = f"{name}a", f"{name}b"
    inside = ["ip", "netns", "exec", name]
    setup = [
        ["ip", "netns", "add", name],
        ["ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", name],
        *link_end([], near, HERE),
        *link_end(inside, far, THERE),
        # For the devices 127.0.0.1 is an address like any other; for the client, whose loopback stays down, it is here.
        ["sysctl", "-qw", f"net.ipv4.conf.{near}.route_localnet=1"],
        [*inside, "sysctl", "-qw", f"net.ipv4.conf.{far}.route_localnet=1"],
        [*inside, "ip", "route", "add", "127.0.0.1/32", "via", HERE, "dev", far, "src", THERE],
    ]
    try:
        for command in setup:
            run(command)
        yield inside
    finally:
        # Takes the devices with it.
        subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL, check=False)


def link_end(inside, device, address):
    """50 ms and 0.5 % on the way out. Without segmentation offload, so that packets are lost, not trains of them."""
    return [
        [*inside, "ip", "addr", "add", f"{address}/30", "dev", device],
        [*inside, "ip", "link", "set", device, "up", "mtu", "1500", "gso_max_segs", "1"],
        [*inside, "tc", "qdisc", "add", "dev", device, "root", "netem", "delay", "50ms", "loss", "0.5%", "limit", "100000"],
    ]


def run(command):
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise NoLossyLink(f"{command[0]} is not installed") from None
    except subprocess.CalledProcessError as error:
        raise NoLossyLink(f"`{' '.join(command)}` says: {error.stderr.strip()}") from None

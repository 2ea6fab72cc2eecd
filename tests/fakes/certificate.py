"""A certificate for servers on loopback that play news.example and api.telegram.example."""

import ssl
import tempfile
from pathlib import Path

_KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgD0GW2gaKW2cwYqJj
IUPrCR91u9jD1ZcKeqSwAFSkKCehRANCAASwgAJzoyjpHTdIoOFQyw05osN0luzN
syfxxnNMC2XgH4VIddzxwZddUmhUbNSGyONxrN8e9MBKvs2CR4hIBzZF
-----END PRIVATE KEY-----
"""
"""Opens nothing: whoever trusts the certificate does so in a test."""

_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxuZXdzLmV4
YW1wbGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNV
BAMMDG5ld3MuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLCAAnOj
KOkdN0ig4VDLDTmiw3SW7M2zJ/HGc0wLZeAfhUh13PHBl11SaFRs1IbI43Gs3x70
wEq+zYJHiEgHNkWjcTBvMC0GA1UdEQQmMCSCDG5ld3MuZXhhbXBsZYIUYXBpLnRl
bGVncmFtLmV4YW1wbGUwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAoQw
HQYDVR0OBBYEFHfXuGW37o3eV14IilEMTCdG6v7qMAoGCCqGSM49BAMCA0gAMEUC
IQCkPOj7IS7NMAwbqiekZIaAZyP9Zif0pjB8kT23+eWgHQIgHkS8/h7WygduRyGa
DykizK/ZHhJb4NUy/xurv1iI6oU=
-----END CERTIFICATE-----
"""


def server_side() -> ssl.SSLContext:
    """Return what a server needs to show the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder, "both.pem")
        both.write_text(_KEY + _CERTIFICATE)
        context.load_cert_chain(both)
    return context


def client_side() -> ssl.SSLContext:
    """Return what a client needs to trust it, and to check its names as ever."""
    return ssl.create_default_context(cadata=_CERTIFICATE)

"""The loopback systems: an invented catalogue, and servers that speak the real systems' protocols about it.

In: a seed. Out: a national portal and a city's settlement system on 127.0.0.1, with known mismatches planted and
faults that can be switched on. For the demo, the tests, and authors of adapters.
"""

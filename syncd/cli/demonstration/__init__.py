"""What `syncd demo` shows: two loopback systems, a week that was lived through before anybody looks, and who may look.

In: a folder. Out: a configuration, a ledger with a past, accounts; and a world that goes on changing.
"""

"""The review desk: pages, API, accounts, notices. It asks the ledger, and of the daemon nothing but a wake-up."""

"""The API of the desk, over a ledger in which every question has an answer."""

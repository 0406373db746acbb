"""One end of a pair: what an adapter must offer, what a reading proves, the shared HTTP client, the registry."""

"""The pure core: match, compare, classify, verdict, life-cycle. No I/O, no clock; time comes in as a value."""

"""Publication deadlines and the Service Index: pure rules over facts; no I/O and no clock."""

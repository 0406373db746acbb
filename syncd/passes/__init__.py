"""One pass of one pair, end to end: read both sides, prove, record, judge, confirm, announce; and when it runs."""

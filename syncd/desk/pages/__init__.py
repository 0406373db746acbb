"""One module a page; each ends in its table of routes."""

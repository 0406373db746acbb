"""Who gets in and what is let through: places, headers, limits, sessions, form tokens, and the order they come in."""

"""syncd: reconciles administrative-procedure publication records between a city's system and the national portal."""

__version__ = "0.1.0"

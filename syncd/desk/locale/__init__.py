"""The catalogues of the desk: Vietnamese by page in ``vi/*.po``, both languages compiled in ``LC_MESSAGES/desk.mo``."""

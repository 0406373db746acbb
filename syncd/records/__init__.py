"""The canonical records: what the core knows of procedures, whatever system they came from. Imports nothing of ours."""

"""Charts: SVG as text, drawn without a script, readable without colour."""

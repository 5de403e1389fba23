"""How findings are printed: one module per format, each with a function ``render``."""

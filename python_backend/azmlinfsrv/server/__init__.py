"""HTTP around the headless core: the Flask application, its settings and its two fronts."""

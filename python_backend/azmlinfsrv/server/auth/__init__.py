"""Who may use a server: keys and tokens, kept in a file that only its user can read."""

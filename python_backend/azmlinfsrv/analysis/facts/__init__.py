"""What a script's syntax tree says, collected once for all rules."""

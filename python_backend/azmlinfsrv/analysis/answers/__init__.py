"""Why the server answered as it did, told from the script, the request and the answer."""

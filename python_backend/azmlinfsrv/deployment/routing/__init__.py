"""Which services of this machine stand behind an endpoint, and how its requests are shared out."""
